"""Setting up one contest so that today lies in the phase it shall be found in, and its proposals."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from community import actions as community
from console.management.demo.agenda import Agenda
from console.management.demo.people import Troupe
from console.management.demo.pictures import picture
from console.management.demo.script import Page, Text, as_html
from contests import actions as contests
from contests.models import Contest, Phase
from contests.phases import Kind
from contests.rules import remember_seen
from core import clock
from proposals import actions as proposals
from proposals.models import Proposal, TeamMember
from proposals.roles import TeamRole

# The phase that runs today, by its place in the template; the results follow the vote.
RUNS = {"submission": 0, "judging": 1, "revision": 2, "voting": 4, "results": 4}
OPENS, CLOSES = time(9, 0), time(18, 0)
DAYS = (42, 21, 21, 14, 22, None)


class Stage:
    """One contest on its way through time."""

    def __init__(self, page: Page, troupe: Troupe, agenda: Agenda) -> None:
        self.words, self.troupe, self.agenda = page.words, troupe, agenda
        self.texts = [text for text in page.texts if not text.is_draft]
        self.drafts = [text for text in page.texts if text.is_draft]
        self.zone = ZoneInfo(self.words["time_zone"])
        self.chance = Random(self.words["title"])  # noqa: S311  the same demo each time
        self.contest, self.proposals = Contest(), dict[str, Proposal]()
        self.names = {user.pk: name for name, user in troupe.by_name.items()}
        self.dates = self._dates()
        self.opens = self.dates[0][0]
        self.when = {text.title: self._when(text) for text in self.texts}

    def _local(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone).astimezone(UTC)

    def _dates(self) -> list[tuple[datetime, datetime | None]]:
        """When each phase opens and closes: everything closes at six in the evening over there."""
        today = self.agenda.today.astimezone(self.zone).date()
        if "opened" in self.words:
            return [(self._local(today - timedelta(days=self.words["opened"]), OPENS), None)]
        plans = contests.templates()["climate-colab"]["phases"]
        lengths, running = self.words.get("days", DAYS), RUNS[self.words["runs"]]
        last = today + timedelta(days=self.words["closes_in"])  # of the phase that runs; the others lie around it
        begins = last - timedelta(days=sum(lengths[: running + 1]))
        opens, dates = self._local(begins, OPENS), list[tuple[datetime, datetime | None]]()
        for place, plan in enumerate(plans[:-1]):
            closes = self._local(begins + timedelta(days=sum(lengths[: place + 1])), CLOSES)
            dates.append((opens, closes))
            opens = closes + timedelta(minutes=plan.get("grace_minutes", 0))
        return [*dates, (opens, None)]

    # --- The organiser's desk ------------------------------------------------------------------------------------

    def announce(self) -> None:
        """Put the making of the contest on the agenda: a draft, its texts, its jury, its publication."""
        begun = self.opens - timedelta(days=24)
        self.agenda.at(begun, self._make)
        for number, name in enumerate(self.words.get("judges", [])):
            self.agenda.at(begun + timedelta(days=2, minutes=11 * number), partial(self._invite, name, "judge"))
        self.agenda.at(begun + timedelta(days=1), partial(self._invite, self.words["facilitator"], "facilitator"))
        self.agenda.at(begun + timedelta(days=16), self._publish)
        if "moved" in self.words:
            when = self.agenda.today - timedelta(days=self.words["moved"]["ago"], hours=2)
            self.agenda.at(when, self._move)
        for opens, closes in self.dates:
            for boundary in filter(None, (opens, closes)):
                self.agenda.at(boundary + timedelta(minutes=16), self.pass_boundary)

    def _make(self) -> None:
        by, words = self.troupe.organiser, self.words
        self.contest = contests.create_from_template(
            by=by, title=words["title"], question=words["question"], template=words["template"],
            time_zone=words["time_zone"], starts_at=self.opens, organiser_name=words["organiser"],
        )  # fmt: skip
        contests.set_schedule(by=by, contest=self.contest, phases=self._rows(earlier=self.words.get("moved", {}).get("days", 0)))
        texts = {name: as_html(words[name]) for name in ("brief", "prizes", "eligibility") if name in words}
        settings = {name: words[name] for name in ("topic", "contact", "licence", "feedback_is_public") if name in words}
        rules = {"rules_text": words["rules"]} if "rules" in words else {}
        contests.edit_contest(by=by, contest=self.contest, **texts, **settings, **rules)
        if "sections" in words:
            contests.set_sections(by=by, contest=self.contest, sections=words["sections"])
        for phase in self.contest.phases.filter(kind=Kind.JUDGING):
            contests.set_rubric(by=by, phase=phase, criteria=self._rubric())

    def _rows(self, *, earlier: int = 0) -> list[dict[str, Any]]:
        """The schedule; as first planned, what closes from the running phase on closed some days earlier."""
        rows = []
        for phase, (opens, closes) in zip(self.contest.phases.all(), self.dates, strict=True):
            row = {"id": phase.pk, "kind": phase.kind, "name": phase.name, "grace": phase.grace}
            place = phase.position - RUNS.get(self.words["runs"], 0)
            opened = opens - timedelta(days=earlier if place > 0 else 0)
            closed = None if closes is None else closes - timedelta(days=earlier if place >= 0 else 0)
            rows.append(row | {"opens_at": opened, "closes_at": closed})
        return rows

    def _move(self) -> None:
        """Give everybody some days more, with the reason."""
        reason = self.words["moved"]["reason"]
        contests.set_schedule(by=self.troupe.organiser, contest=self.contest, phases=self._rows(), reason=reason)
        self.refresh()

    def _rubric(self) -> list[dict[str, Any]]:
        weights = self.words["weights"]
        return [row | {"weight": weights[row["name"]]} for row in contests.templates()["climate-colab"]["rubric"]]

    def _invite(self, name: str, role: str) -> None:
        person = self.troupe[name]
        invitation = contests.invite(by=self.troupe.organiser, contest=self.contest, email=person.email, role=role)
        later = clock.now() + timedelta(hours=self.chance.uniform(20, 70))
        self.agenda.at(later, partial(self._accept, person, invitation))

    def _accept(self, person: User, invitation: Any) -> None:
        contests.accept_invitation(by=person, invitation=invitation)
        person.__dict__["_roles_in"].clear()

    def _publish(self) -> None:
        contests.publish(by=self.troupe.organiser, contest=self.contest)
        for member in self.chance.sample(self.troupe.members, self.words["followers"] - 1):
            when = clock.now() + timedelta(days=self.chance.uniform(0, 40))
            self.agenda.at(when, partial(self._follow, member))
        if self.words["runs"] in ("submission", "judging", "voting"):
            self.agenda.at(clock.now() + timedelta(days=9), partial(self._follow, self.troupe.named["member"]))
        for text in self.texts:
            self.agenda.at(self.when[text.title], partial(self._write, text))
        for text in self.drafts:
            self.agenda.at(self.agenda.today - timedelta(days=1, hours=3), partial(self._begin, text))

    def _follow(self, member: User) -> None:
        remember_seen(member, self.contest)
        community.follow(by=member, contest=self.contest)

    def pass_boundary(self) -> None:
        """Let beat record the opening or close, and forget what was remembered of the dates."""
        contests.record_boundaries()
        self.agenda.settle()
        self.refresh()

    def refresh(self) -> None:
        self.contest = Contest.objects.with_phases().get(pk=self.contest.pk)

    def team(self, text: Text) -> list[User]:
        return [self.troupe[person.name] for person in text.authors]

    def phase(self, position: int) -> Phase:
        return Phase.objects.select_related("contest").get(contest=self.contest, position=position)

    # --- Proposals -----------------------------------------------------------------------------------------------

    def _when(self, text: Text) -> datetime:
        """Spread over the weeks it may be written in, a little thicker towards the end, at a waking hour."""
        opens, closes = self.dates[0]
        until = min(closes or self.agenda.today, self.agenda.today) - timedelta(days=2)
        share = ((self.texts.index(text) * 7) % len(self.texts) + self.chance.uniform(0.2, 0.8)) / len(self.texts)
        day = opens + (until - opens) * share**0.8
        return day.astimezone(self.zone).replace(hour=self.chance.randint(7, 17), minute=self.chance.randint(0, 59))

    def _write(self, text: Text) -> None:
        proposal = self._begin(text)
        by = proposal.created_by
        if "cover" in text.head:
            scene, alt = text.head["cover"].split(" | ")
            upload = SimpleUploadedFile("cover.jpg", picture(scene).read())
            proposals.set_cover(by=by, proposal=proposal, picture=upload, alt=alt)
        proposals.submit(by=by, proposal=proposal, accept_rules=True)
        self.proposals[text.title] = proposal

    def _begin(self, text: Text) -> Proposal:
        by, *others = self.team(text)
        proposal = proposals.start(by=by, contest=self.contest, title=text.title, pitch=text.pitch, answers=text.answers)
        TeamMember.objects.bulk_create(  # nobody can be invited to a team yet
            TeamMember(proposal=proposal, user=user, role=TeamRole.EDITOR, position=place, since=clock.now())
            for place, user in enumerate(others, start=1)
        )
        return proposal

    def windows(self, *kinds: Kind) -> list[tuple[datetime, datetime]]:
        """The stretches of phases of these kinds up to today, with time for releases left out."""
        today, found = self.agenda.today, []
        for plan, (opens, closes) in zip(contests.templates()[self.words["template"]]["phases"], self.dates, strict=True):
            first, last = opens + timedelta(days=1), min(closes or today, today)
            if plan["kind"] in kinds and first + timedelta(days=1) < last:
                found.append((first, last))
        return found
