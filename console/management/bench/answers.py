"""Proposals with their revisions and teams, the entries that the closes made, and who went on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.utils.text import slugify

from console.management.bench import words
from console.management.bench.calendar import FINAL, SEMI_FINAL, Season
from console.management.bench.people import Crowd
from console.management.bench.pour import Pourer
from contests.phases import Kind
from proposals.models import Distinction, Entry, Proposal, Revision, TeamMember
from proposals.roles import TeamRole
from proposals.transitions import Status

HOURS = timedelta(hours=1)
GO_ON = {SEMI_FINAL: (0.35, Distinction.Kind.SEMI_FINALIST), FINAL: (0.4, Distinction.Kind.FINALIST)}
MOST_FINALISTS = 24


@dataclass
class Answer:
    """A proposal being made; its row is written when its whole story is known."""

    pk: int
    owner: int
    title: str
    pitch: str
    texts: dict[str, str]
    begun: datetime
    status: Status = Status.DRAFT
    revisions: list[tuple[int, datetime, dict[str, str]]] = field(default_factory=list)
    team: list[int] = field(default_factory=list)
    entries: dict[int, int] = field(default_factory=dict)
    """Entry ids by the position of their phase."""


def between(chance: Random, start: datetime, end: datetime, *, rush: float = 1.0) -> datetime:
    """A time in between; with a rush below 1 most of them shortly before the end."""
    return start + (end - start) * chance.random() ** rush


def answer(pourer: Pourer, chance: Random, season: Season, crowd: Crowd, *, number: int) -> list[Answer]:
    """So many proposals in this contest, written; of ten, nine are submitted."""
    if 0 not in season.opened:
        return []
    sections = list(season.contest.sections.all())
    start, end = season.window(0)
    found = []
    for _ in range(number):
        begun = between(chance, start, end, rush=0.5)
        texts = {section.key: words.essay(chance, sentences=8) for section in sections if section.required or len(sections) == 1}
        one = Answer(pourer.next_id(Proposal), 0, words.title(chance)[:120], words.pitch(chance), texts, begun)
        one.team = chance.sample(crowd.authors, min(len(crowd.authors), 1 + int(chance.expovariate(1.2)) % 5))
        one.owner = one.team[0]
        pourer.fact(begun, "proposal.started", one.owner, season.contest.pk, Proposal, one.pk)
        lot = chance.random()
        if lot > 0.06:
            one.status = Status.SUBMITTED if lot > 0.08 else Status.WITHDRAWN
            _submit(pourer, season, one, between(chance, begun, end, rush=0.4), texts)
            if one.status == Status.WITHDRAWN:
                pourer.fact(end, "proposal.withdrawn", one.owner, season.contest.pk, Proposal, one.pk)
        found.append(one)
    return found


def _submit(pourer: Pourer, season: Season, one: Answer, at: datetime, texts: dict[str, str]) -> None:
    revision = pourer.next_id(Revision)
    one.revisions.append((revision, at, texts))
    one.texts = texts
    data = {"revision": revision, "number": len(one.revisions)}
    pourer.fact(at, "proposal.submitted", one.owner, season.contest.pk, Proposal, one.pk, **data)


def go_through(pourer: Pourer, chance: Random, season: Season, answers: list[Answer]) -> None:
    """Enter the phases that have been reached; whom the judges send on was decided by the mean of their reviews."""
    going = [one for one in answers if one.status == Status.SUBMITTED]
    rows: list[tuple[object, ...]] = []
    for phase in season.phases[1:]:
        if phase.kind == Kind.RESULTS or not _is_entered(season, phase.position):
            break
        released = season.released(phase.position)
        begins = season.opened.get(phase.position, season.today)
        advancing = set(_best(chance, going, phase.position)) if phase.kind == Kind.JUDGING and released else set()
        for one in going:
            one.entries[phase.position] = pourer.next_id(Entry)
            outcome = ("advances" if one.pk in advancing else "stays") if phase.kind == Kind.JUDGING and released else "pending"
            rows.append((one.entries[phase.position], one.pk, phase.pk, one.revisions[-1][0], outcome, begins))
        if phase.kind == Kind.JUDGING:
            _award(pourer, season, phase.position, [one for one in going if one.pk in advancing])
            going = [one for one in going if one.pk in advancing]
        elif phase.kind == Kind.REVISION:
            _revise(pourer, chance, season, going, phase.position)
    pourer.pour(Entry, "id proposal_id phase_id revision_id outcome at", rows)


def _is_entered(season: Season, position: int) -> bool:
    before = season.phases[position - 1]
    return season.is_over(position - 1) and (before.kind != Kind.JUDGING or before.released_at is not None)


def _best(chance: Random, going: list[Answer], position: int) -> Iterable[int]:
    share, _kind = GO_ON[position]
    most = max(2, min(int(len(going) * share), MOST_FINALISTS if position == FINAL else len(going)))
    return [one.pk for one in chance.sample(going, min(most, len(going)))]


def _award(pourer: Pourer, season: Season, position: int, winners: list[Answer]) -> None:
    if not winners:
        return
    phase, kind = season.phases[position], GO_ON[position][1]
    rows = ((pourer.next_id(Distinction), one.pk, phase.pk, kind.value, phase.released_at) for one in winners)
    pourer.pour(Distinction, "id proposal_id phase_id kind released_at", rows)


def _revise(pourer: Pourer, chance: Random, season: Season, going: list[Answer], position: int) -> None:
    start, end = season.window(position)
    for one in going:
        if chance.random() < (0.85 if season.is_over(position) else 0.4):
            first = next(iter(one.texts))
            texts = {**one.texts, first: one.texts[first] + words.essay(chance, sentences=2)}
            _submit(pourer, season, one, between(chance, start, end, rush=0.4), texts)


def write_down(pourer: Pourer, season: Season, answers: list[Answer]) -> None:
    """The proposals' own rows, now that their stories are told. Before them nothing that points to them is checked."""
    contest, rules = season.contest.pk, season.rules
    revisions = (
        (pk, one.pk, number, one.title, one.pitch, texts, "submitted", rules, one.owner, at)
        for one in answers
        for number, (pk, at, texts) in enumerate(one.revisions, start=1)
    )
    pourer.pour(Proposal, "id contest_id title slug pitch answers topic status version created_by_id created_at "
                "updated_at submitted_at submitted_revision_id", (_row(one, contest) for one in answers))  # fmt: skip
    pourer.pour(Revision, "id proposal_id number title pitch answers reason rules_id by_id at", revisions)
    team = (
        (pourer.next_id(TeamMember), one.pk, user, (TeamRole.EDITOR if place else TeamRole.OWNER).value, place, one.begun)
        for one in answers
        for place, user in enumerate(one.team)
    )
    pourer.pour(TeamMember, "id proposal_id user_id role position since", team)


def _row(one: Answer, contest: int) -> tuple[object, ...]:
    revision, at = (one.revisions[-1][0], one.revisions[-1][1]) if one.revisions else (None, None)
    slug, version = slugify(one.title)[:60].strip("-"), 1 + len(one.revisions)
    return (one.pk, contest, one.title, slug, one.pitch, one.texts, "", one.status.value, version, one.owner, one.begun,
            at or one.begun, at, revision)  # fmt: skip
