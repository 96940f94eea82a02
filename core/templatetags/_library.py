"""The one tag library of the components; the modules beside this one put their tags into it."""

from typing import Any

from django import template
from django.template.loader import render_to_string

register = template.Library()


def frame(name: str, content: str, **props: Any) -> str:
    """The component `name` drawn round the caller's own markup."""
    return render_to_string(f"components/{name}.html", {**props, "content": content})
