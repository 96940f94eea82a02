"""Making a contest and publishing it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from contests.models import Contest, Criterion, Membership, Phase, RulesVersion, Section
from contests.phases import Kind
from contests.roles import Role
from contests.rules import Permission
from contests.transitions import Status, may_move
from core import clock, facts
from core.database import Lock, Stale, hold, write
from core.html import clean_html, clean_line, clean_text
from core.models import Fact
from core.permissions import require

BLUEPRINTS = Path(__file__).resolve().parent.parent / "blueprints"
_TEXTS = {"brief": clean_html, "prizes": clean_html, "eligibility": clean_html}
_LINES = ("title", "question", "organiser_name", "contact", "topic", "time_zone", "language", "visibility")
_FLAGS = ("authors_may_vote", "feedback_is_public")


@cache
def templates() -> dict[str, dict[str, Any]]:
    """The shipped templates by name: phases with lengths, form, rubric, voting settings, texts."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(BLUEPRINTS.glob("*.json"))}


def create_from_template(
    *, by: Any, title: str, question: str, template: str, time_zone: str, starts_at: datetime, organiser_name: str = "",
    once: str = "",
) -> Contest:  # fmt: skip
    """A complete draft contest: schedule, form, rubrics and rules are copied from the template.

    `once` names the attempt: the same attempt sent twice makes one contest. Raises ValidationError for an unknown
    template, Refused without the right to create contests.
    """
    if template not in templates():
        raise ValidationError({"template": _("There is no template of this name.")})
    blueprint = templates()[template]
    require(Permission.CREATE_CONTEST, by, None, at=clock.now())
    with write():
        hold(Lock.CONTEST, 0)  # one new contest at a time: two of the same title must not take the same address
        made = _made(by, once)
        if made is not None:
            return made
        contest = Contest.objects.create(
            slug=_free_slug(title),
            title=clean_line(title),
            question=clean_line(question),
            organiser_name=clean_line(organiser_name or str(by)),
            prizes=clean_html(blueprint["prizes"]),
            eligibility=clean_html(blueprint["eligibility"]),
            time_zone=time_zone,
            created_by=by,
            created_at=clock.now(),
        )
        Membership.objects.create(contest=contest, user=by, role=Role.ORGANISER, since=clock.now())
        _copy_phases(contest, blueprint, starts_at)
        _copy_sections(contest, blueprint["sections"])
        RulesVersion.objects.create(
            contest=contest, number=1, text=blueprint["rules"], licence=blueprint["licence"], by=by, at=clock.now()
        )
        data = {"template": template, **({"once": once} if once else {})}
        facts.record("contest.created", by=by, on=contest, contest=contest.pk, data=data)
    return contest


def _made(by: Any, once: str) -> Contest | None:
    """The contest that this person made with this attempt, if there is one."""
    if not once:
        return None
    facts_ = Fact.objects.filter(verb="contest.created", actor_id=by.pk, data__once=once)
    return Contest.objects.filter(pk__in=facts_.values("subject_id")).first()


def _free_slug(title: str) -> str:
    base = slugify(title)[:70].strip("-") or "contest"
    taken = set(Contest.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)


def _copy_phases(contest: Contest, blueprint: dict[str, Any], starts_at: datetime) -> None:
    opens = starts_at
    for position, plan in enumerate(blueprint["phases"]):
        closes = opens + timedelta(days=plan["days"]) if plan["days"] else None
        phase = Phase(
            contest=contest,
            kind=plan["kind"],
            name=plan["name"],
            position=position,
            opens_at=opens,
            closes_at=closes,
            grace=timedelta(minutes=plan.get("grace_minutes", 0)),
            settings=plan.get("settings", {}),
        )
        phase.save()
        if phase.kind == Kind.JUDGING:
            _copy_rubric(phase, blueprint["rubric"])
        opens = phase.ends_at or opens


def _copy_rubric(phase: Phase, criteria: list[dict[str, Any]]) -> None:
    Criterion.objects.bulk_create(_criterion(phase, position, row) for position, row in enumerate(criteria))


def _criterion(phase: Phase, position: int, row: dict[str, Any], pk: int | None = None) -> Criterion:
    return Criterion(
        pk=pk,
        phase=phase,
        name=clean_line(row["name"]),
        question=clean_line(row["question"]),
        weight=Decimal(str(row["weight"])),
        anchors=[clean_line(anchor) for anchor in row["anchors"]],
        position=position,
    )


def _copy_sections(contest: Contest, sections: list[dict[str, Any]]) -> None:
    Section.objects.bulk_create(
        Section(contest=contest, position=position, **row) for position, row in enumerate(sections)
    )


def edit_contest(*, by: Any, contest: Contest, version: int | None = None, **fields: Any) -> Contest:
    """Change the texts and settings of a contest. `rules_text` and `licence` make a new rules version.

    `version` is the one that was read; Stale when somebody has saved since.
    Raises Refused; ValidationError for fields that are not editable.
    """
    unknown = set(fields) - {*_TEXTS, *_LINES, *_FLAGS, "rules_text", "licence"}
    if unknown:
        raise ValidationError({name: _("This cannot be changed here.") for name in unknown})
    with write():
        hold(Lock.CONTEST, contest.pk)
        contest.refresh_from_db()  # what was read before the lock may be old by now
        require(Permission.EDIT_CONTEST, by, contest, at=clock.now())
        if version is not None and version != contest.version:
            raise Stale(contest)
        for name in (*_TEXTS, *_LINES, *_FLAGS):
            if name in fields:
                clean = _TEXTS.get(name, clean_line if name in _LINES else bool)
                setattr(contest, name, clean(fields[name]))
        contest.version += 1
        contest.save(update_fields=[*_TEXTS, *_LINES, *_FLAGS, "version"])
        _new_rules(by, contest, fields)
        _stay_complete(contest, "setup")
        facts.record("contest.edited", by=by, on=contest, contest=contest.pk, data={"fields": sorted(fields)})
    return contest


def _new_rules(by: Any, contest: Contest, fields: dict[str, Any]) -> None:
    latest = contest.rules_versions.first()
    text = clean_text(fields.get("rules_text", latest.text if latest else ""))
    licence = clean_line(fields.get("licence", latest.licence if latest else "CC BY 4.0"))
    if latest is not None and (latest.text, latest.licence) == (text, licence):
        return
    number = latest.number + 1 if latest else 1
    RulesVersion.objects.create(contest=contest, number=number, text=text, licence=licence, by=by, at=clock.now())
    facts.record("contest.rules_changed", by=by, on=contest, contest=contest.pk, data={"number": number})


def set_sections(*, by: Any, contest: Contest, sections: list[dict[str, Any]]) -> None:
    """State the whole proposal form, in order. A section that a proposal uses is retired, never deleted.

    Each row: key, label, help, example, required, min_words, max_words. Raises Refused.
    """
    with write():
        hold(Lock.CONTEST, contest.pk)
        require(Permission.EDIT_CONTEST, by, contest, at=clock.now())
        kept = {row["key"] for row in sections}
        gone = contest.sections.exclude(key__in=kept)
        gone.filter(used=True, retired_at=None).update(retired_at=clock.now())
        gone.filter(used=False).delete()
        for position, row in enumerate(sections):
            Section.objects.update_or_create(
                contest=contest, key=row["key"], defaults={**row, "position": position, "retired_at": None}
            )
        _stay_complete(contest, "form")
        facts.record("contest.form_changed", by=by, on=contest, contest=contest.pk)


def set_rubric(*, by: Any, phase: Phase, criteria: list[dict[str, Any]]) -> None:
    """State the whole rubric of a judging phase: name, question, weight, anchors, `id` for a criterion that stays.

    Raises Refused once frozen, ValidationError for a name given twice or a criterion that judges have begun to score.
    """
    with write():
        hold(Lock.PHASE, phase.pk)
        phase.refresh_from_db()
        require(Permission.EDIT_RUBRIC, by, phase, at=clock.now())
        _replace_rubric(phase, criteria)
        _stay_complete(phase.contest, "rubric")
        facts.record("contest.rubric_changed", by=by, on=phase, contest=phase.contest_id)


def _replace_rubric(phase: Phase, rows: list[dict[str, Any]]) -> None:
    """Criteria that stay keep their row, because marks may hang on it."""
    names = [clean_line(row["name"]) for row in rows]
    if len(set(names)) < len(names):
        raise ValidationError(_("Two criteria have the same name."), code="name_twice")
    known = {criterion.pk: criterion for criterion in phase.criteria.all()}
    by_name = {criterion.name: criterion.pk for criterion in known.values()}
    kept = [
        row.get("id") if row.get("id") in known else by_name.get(name) for row, name in zip(rows, names, strict=True)
    ]
    try:
        phase.criteria.exclude(pk__in=[pk for pk in kept if pk]).delete()
    except ProtectedError:
        raise ValidationError(
            _("Judges have begun to score with a criterion you removed. Keep it."), code="scored"
        ) from None
    for pk in filter(None, kept):  # two that swap names must not meet half-way
        phase.criteria.filter(pk=pk).update(name=f"\n{pk}")
    for position, (row, pk) in enumerate(zip(rows, kept, strict=True)):
        _criterion(phase, position, row, pk).save()


def mark_sections_used(*, contest: Contest, keys: list[str]) -> None:
    """A submitted proposal uses these sections; from now on they can only be retired."""
    contest.sections.filter(key__in=keys, used=False).update(used=True)


def gaps(contest: Contest) -> list[tuple[str, str, str]]:
    """The open points of the checklist: (code, what is missing, which page of the console mends it).

    Reads what is prefetched, so that a list of contests can be asked with a constant number of queries.
    """
    judging = [phase for phase in contest.phases.all() if phase.kind == Kind.JUDGING]
    wanted = [
        ("brief", bool(contest.brief), _("Write the brief: what is asked, and why now."), "setup"),
        ("eligibility", bool(contest.eligibility), _("Say who may enter."), "setup"),
        ("prizes", bool(contest.prizes), _("Say what winners get."), "setup"),
        ("organiser_name", bool(contest.organiser_name), _("Name the organiser."), "setup"),
        ("rules", len(contest.rules_versions.all()) > 0, _("Write the rules."), "setup"),
        (
            "sections",
            any(section.retired_at is None for section in contest.sections.all()),
            _("Give the form a section."),
            "form",
        ),
        ("schedule", len(contest.timeline.spans) > 0, _("Give the contest a phase."), "schedule"),
        (
            "rubric",
            all(len(phase.criteria.all()) > 0 for phase in judging),
            _("Give every judging phase a criterion."),
            "rubric",
        ),
    ]
    return [(code, text, page) for code, done, text, page in wanted if not done]


def _stay_complete(contest: Contest, page: str) -> None:
    """What a published contest had to have, no later change of that page may take away."""
    if contest.status == Status.DRAFT:
        return
    missing = [text for _code, text, where in gaps(Contest.objects.get(pk=contest.pk)) if where == page]
    if missing:
        raise ValidationError(missing, code="checklist")


def publish(*, by: Any, contest: Contest) -> Contest:
    """Show the contest to everybody. Raises ValidationError (code `checklist`) naming each open point."""
    with write():
        hold(Lock.CONTEST, contest.pk)
        contest.refresh_from_db()
        require(Permission.PUBLISH_CONTEST, by, contest, at=clock.now())
        if not may_move(Status(contest.status), Status.PUBLISHED):
            raise ValidationError(_("This contest cannot be published now."), code="status")
        missing = gaps(contest)
        if missing:
            raise ValidationError([text for _code, text, _page in missing], code="checklist")
        contest.status, contest.published_at = Status.PUBLISHED, clock.now()
        contest.version += 1
        contest.save(update_fields=["status", "published_at", "version"])
        facts.record("contest.published", by=by, on=contest, contest=contest.pk)
    return contest
