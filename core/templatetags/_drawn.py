"""{% drawn %}: a part of a page that is drawn once from what it is handed, and kept.

It sees nothing but what it is handed, so it cannot show anything that its key does not hold: no person, no request, no
clock. Whoever shows a time in it hands it `now`, to the minute. What is drawn may not ask the database: a row that is
fetched on the way would not be part of the key.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db import connection, models
from django.template.loader import get_template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from core.templatetags._library import register

MOST = 256  # fragments of some 10 KB each, in every process
PLAIN = (type(None), bool, int, float, str, datetime, timedelta, Decimal, Enum)

_kept: OrderedDict[Hashable, SafeString] = OrderedDict()
_lock = threading.Lock()


class Timeless:
    """Stands for `now` where none was handed over: a time that is kept would go on being shown when it is over."""

    def __bool__(self) -> bool:
        raise RuntimeError("This part of the page tells the time: hand it now=.")


@register.simple_tag
def drawn(template: str, **props: Any) -> SafeString:
    """The template drawn with these props and nothing else; kept for whoever hands over the same."""
    key = (template, get_language(), timezone.get_current_timezone_name(), frozen(props))
    found = _kept.get(key)
    if found is None:
        with connection.execute_wrapper(_refuse):
            found = mark_safe(get_template(template).render({"now": Timeless(), **props}))  # noqa: S308  # a template's own output
        with _lock:
            _kept[key] = found
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return found


def _refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    raise RuntimeError("What is drawn once may not ask the database: what it shows must be handed over, read already.")


def frozen(value: Any) -> Hashable:
    """All that a value can show, as a key. The type belongs to it: a text marked safe equals one that is not.

    A row is its columns, annotations and the related rows that were read with it. Raises TypeError for other objects.
    """
    kind = type(value)
    if isinstance(value, PLAIN):
        return kind, value
    if isinstance(value, dict):
        return kind, tuple((name, frozen(part)) for name, part in value.items())
    if isinstance(value, list | tuple | models.QuerySet):
        return kind, tuple(frozen(part) for part in value)
    if isinstance(value, models.Model):
        related = {**value._state.fields_cache, **getattr(value, "_prefetched_objects_cache", {})}
        shown = {name: part for name, part in vars(value).items() if not name.startswith("_")}
        return kind, frozen(shown), frozen(related)
    if isinstance(value, Promise):
        return kind, str(value)
    if is_dataclass(value):
        return kind, value  # type: ignore[return-value]  # one that is not frozen is no key, and says so
    raise TypeError(f"{kind.__name__} cannot be handed to something that is drawn once.")
