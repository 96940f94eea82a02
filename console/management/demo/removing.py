"""Taking the demo away again: all contests are its own, and so are their people."""

from __future__ import annotations

from functools import partial

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.db import connection, models, transaction
from django.db.models import Q

from accounts.models import User
from community.models import Comment
from console.management.demo.people import HOST
from contests.models import Contest
from core.models import Due, Fact
from core.triggers import unlocked
from judging.models import Assignment
from notifications.models import Delivery
from proposals.models import Proposal, TeamMember

HOUSES = ("results", "voting", "judging", "community", "proposals", "contests")


def remove() -> None:
    """Delete the demo's contests and people. Everybody else's account stays.

    Raises CommandError, and removes nothing, when there is a contest or a text here that is not the demo's.
    """
    people = User.objects.filter(email__endswith=f"@{HOST}")
    _refuse_foreign(people)
    covers = list(Proposal.objects.exclude(cover="").values_list("cover", flat=True))
    connection.check_constraints()  # no trigger can be lifted while checks of this transaction are waiting
    with unlocked(connection):
        ids = list(people.values_list("pk", flat=True))
        facts = Fact.objects.filter(Q(contest_id__isnull=False) | Q(actor_id__in=ids) | _about(ids))
        _drop(Delivery.objects.filter(Q(fact__in=facts) | Q(recipient__in=ids)))
        _drop(Due.objects.filter(fact__in=facts))
        _drop(facts)
        for house in HOUSES:
            for model in apps.get_app_config(house).get_models():
                _drop(model._base_manager.all())
        _drop_people(ids)
        connection.check_constraints()  # and none comes back
    for name in covers:  # once it is certain that their rows are gone
        transaction.on_commit(partial(default_storage.delete, name))


def _refuse_foreign(people: models.QuerySet[User]) -> None:
    contests = Contest.objects.exclude(created_by__in=people).count()
    if contests:
        raise CommandError(f"{contests} contest(s) here are not the demo's. Nothing was removed.")
    teams = TeamMember.objects.exclude(user__in=people).values("user")
    comments = Comment.objects.exclude(author__in=people).exclude(author=None).values("author")
    judges = Assignment.objects.exclude(judge__in=people).values("judge")
    writers = User.objects.filter(Q(pk__in=teams) | Q(pk__in=comments) | Q(pk__in=judges))
    if writers.exists():
        raise CommandError(
            f"{writers.count()} person(s) who are not the demo's have written in its contests. Nothing was removed. "
            "Keep their texts, then start anew from an empty state folder (GROUNDSWELL_VAR) or database."
        )


def _about(ids: list[int]) -> Q:
    return Q(subject=User._meta.label_lower, subject_id__in=ids)


def _drop(rows: models.QuerySet) -> None:  # type: ignore[type-arg]
    """Delete rows as they are: no collector walks along the foreign keys, which are checked at the end."""
    rows._raw_delete(rows.db)  # type: ignore[attr-defined]


def _drop_people(ids: list[int]) -> None:
    """Delete these people and what hangs on them; where a row can do without its person, it stays without."""
    for relation in User._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids})
        if relation.field.null:
            rows.update(**{relation.field.name: None})
        else:
            _drop(rows)
    for field in User._meta.many_to_many:
        _drop(field.remote_field.through._base_manager.filter(user__in=ids))
    _drop(User.objects.filter(pk__in=ids))
