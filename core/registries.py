"""Doors upward that hold plain functions: personal data, search sources, next steps. Filled in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models


@dataclass(frozen=True)
class PersonalData:
    """How the rows of one model are exported for a user, and what erasing the user does to them."""

    model: type[models.Model]
    export: Callable[[Any], Iterable[dict[str, Any]]]
    on_erase: str  # "delete", "keep" (the user row is emptied, so the key points at nobody) or "log"


@dataclass(frozen=True)
class Found:
    """One public document that a search matched."""

    kind: str
    title: str
    summary: str
    url: str


SearchSource = Callable[[str, Any], Iterable[Found]]

_personal: dict[type[models.Model], PersonalData] = {}
_sources: dict[str, SearchSource] = {}


def personal(model: type[models.Model], *, fields: tuple[str, ...], user: str, on_erase: str) -> None:
    """Register a model with a key to a user: which fields an export holds, which key leads to the person."""

    def export(person: Any) -> Iterable[dict[str, Any]]:
        return model._default_manager.filter(**{user: person}).values(*fields)

    _personal[model] = PersonalData(model, export, on_erase)


def personal_data() -> dict[type[models.Model], PersonalData]:
    return dict(_personal)


def search_source(name: str, source: SearchSource) -> None:
    """Register a source: `source(words, user)` answers only what that user may see."""
    _sources[name] = source


def search_sources() -> dict[str, SearchSource]:
    return dict(_sources)


@dataclass(frozen=True)
class Step:
    """One thing that waits for a person in a contest: a verb, where to do it, and until when.

    `urgency` orders steps: the action bar of a contest shows the highest as its one primary action.
    Organisers' chores are about 80, judging 70, own proposals 60, voting 50, reading 10.
    """

    contest_id: int
    verb: str
    url: str
    sentence: str
    until: datetime | None = None
    urgency: int = 10


StepProvider = Callable[[Any, list[Any], datetime], Iterable[Step]]
_providers: dict[str, StepProvider] = {}


def next_steps(name: str, provider: StepProvider) -> None:
    """Register a provider: `provider(user, contests, at)` answers the steps waiting in those contests.

    The contests come with their phases; it asks a number of queries that does not grow with their number.
    """
    _providers[name] = provider


def steps(user: Any, contests: list[Any], *, at: datetime) -> list[Step]:
    """All that waits for this person in these contests, most urgent first, then soonest."""
    found = [step for provider in _providers.values() for step in provider(user, contests, at)]
    return sorted(found, key=lambda s: (-s.urgency, s.until is None, s.until or at))
