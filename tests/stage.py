"""The stage of the permission matrix: one contest with people in every role, seen in each phase; and the cases.

A case says what a route is asked with: which object its number names, and a complete body, so that a refusal in the
table is about the right and not about a missing field.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.urls import get_resolver

from accounts import actions as accounts
from accounts.models import ApiToken
from community import actions as community
from contests import actions as contests
from contests.actions.people import token_of
from contests.models import Membership
from core import clock
from core.models import Due, Fact
from judging import actions as judging
from judging.models import Assignment
from notifications.models import Delivery
from proposals import actions as proposals
from proposals.models import Entry, TeamMember
from results import actions as results
from tests import cast
from voting import actions as voting

PHASES = ("submission", "judging", "voting", "results")


@dataclass
class World:
    """Everybody and everything a route may name."""

    people: dict[str, Any] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.things[name]
        except KeyError:
            raise AttributeError(name) from None


@contextmanager
def world(phase: str) -> Iterator[World]:
    """Live in this phase of the contest, everything before it played."""
    made = World()
    _people(made)
    _proposals(made)
    for step in (_submission, _judging, _voting, _results):
        at = step(made)
        if step.__name__ == f"_{phase}":
            with clock.simulated(at):
                cast.settle()
                yield made
            return


def _people(w: World) -> None:
    organiser, rival = cast.organiser(), cast.organiser("Rita Rival")
    w.things["contest"] = cast.contest(organiser)
    w.things["hidden"] = cast.draft_contest(organiser, title="Not yet")
    cast.contest(rival, title="Another contest")
    w.people = {
        "visitor": None,
        "member": cast.person("Mara Member"),
        "author": cast.person("Ana Author"),
        "left_team": cast.person("Leo Left"),
        "judge": cast.judge(w.contest, "Jude Judge"),
        "recused": cast.judge(w.contest, "Rhea Recused"),
        "facilitator": cast.member_of(w.contest, cast.person("Finn Facilitator"), "facilitator"),
        "organiser": organiser,
        "rival": rival,
        "staff": cast.person("Sam Staff", is_staff=True),
    }
    with clock.simulated(cast.START - timedelta(days=3)):
        w.things["invitation"] = contests.invite(by=organiser, contest=w.contest, email="new@people.example", role="judge")
        w.things["membership"] = Membership.objects.get(contest=w.contest, user=w.people["facilitator"])
        accounts.issue_token(by=w.people["member"], name="script")
        w.things["token"] = ApiToken.objects.get(user=w.people["member"])


def _proposals(w: World) -> None:
    author, contest = w.people["author"], w.contest
    w.things["submitted"] = cast.submitted(author, contest, title="Cool roofs")
    w.things["other"] = cast.submitted(cast.person("Otto Other"), contest, title="Shade sails")
    w.things["draft"] = cast.draft(author, contest, title="A draft")
    w.things["withdrawn"] = cast.submitted(author, contest, title="Taken back")
    with clock.simulated(cast.moment(contest, "submission")):
        proposals.withdraw(by=author, proposal=w.withdrawn)
        cast.join(w.submitted, w.people["left_team"])
        TeamMember.objects.get(user=w.people["left_team"]).delete()
        w.things["comment"] = community.comment(by=author, proposal=w.submitted, text="Ask us anything.")
        cast.settle()
    w.things["finalists"] = [1]
    w.things["parked"] = Due.objects.create(
        fact=Fact.objects.earliest("pk"), follower="nobody.does", state="parked", next_at=cast.START
    )
    w.things["delivery"] = Delivery.objects.filter(recipient=author, channel="site").first()


def _submission(w: World) -> Any:
    return cast.moment(w.contest, "submission") + timedelta(hours=1)


def _judging(w: World) -> Any:
    w.things["entry"] = cast.entry_of(w.submitted)
    w.things["assignment"] = cast.assigned(w.people["judge"], w.entry)
    cast.assigned(w.people["recused"], w.entry)
    with clock.simulated(cast.moment(w.contest, "judging")):
        marks = {criterion.pk: 4 for criterion in w.entry.phase.criteria.all()}
        judging.save_review(by=w.people["judge"], assignment=w.assignment, version=0, marks=marks, feedback="Clear and modest.")
        judging.declare_conflict(by=w.people["recused"], on=w.submitted, reason="We share an office.")
    return cast.moment(w.contest, "judging") + timedelta(hours=1)


def _voting(w: World) -> Any:
    with clock.simulated(cast.moment(w.contest, "judging") + timedelta(hours=2)):
        judging.mark_done(by=w.people["judge"], assignment=Assignment.objects.get(pk=w.assignment.pk))
    cast.judged(w.contest, 1, advancing=[w.submitted, w.other])
    cast.judged(w.contest, 2, advancing=[w.submitted, w.other])
    at = cast.moment(w.contest, "voting")
    with clock.simulated(at):
        cast.settle()
        vote = cast.phase(w.contest, "voting")
        w.things["finalists"] = [Entry.objects.get(phase=vote, proposal=w.other).pk]
        finalist = Entry.objects.get(phase=vote, proposal=w.other)
        voting.cast(phase=vote, by=w.people["facilitator"], choices=[finalist.pk])
    return at + timedelta(hours=1)


def _results(w: World) -> Any:
    vote = cast.phase(w.contest, "voting")
    with clock.simulated(vote.closes_at + timedelta(hours=1)):
        cast.settle()
        results.release(by=w.people["organiser"], contest=cast.fresh(w.contest))
        cast.settle()
    return vote.closes_at + timedelta(hours=2)


# --- What a route is asked with ------------------------------------------------------------------------------------

_PROPOSAL = ("submitted", "draft", "withdrawn")
_CONTEST = ("contest", "hidden")


def _arguments_of(name: str) -> list[str]:
    """The names of the route's arguments."""
    possibilities = get_resolver().reverse_dict.getlist(name)
    return possibilities[0][0][0][1] if possibilities else []


def _thing_for_pk(name: str) -> str:
    """Which object the number in this route names."""
    for start, thing in _NUMBERS:
        if name.startswith(start):
            return thing
    raise LookupError(f"tests/stage.py does not know what the number in {name} names")


_NUMBERS = [
    ("proposal", "proposal"), ("api_proposal", "proposal"), ("api_comments", "proposal"), ("api_support", "proposal"),
    ("comment", "comment"), ("api_comment", "comment"),
    ("judge", "assignment"), ("api_review", "assignment"), ("api_assignment", "assignment"),
    ("manage_people", "membership"), ("api_membership", "membership"), ("api_contest_membership", "membership"),
    ("manage_invitation", "invitation"), ("api_invitation", "invitation"), ("api_contest_invitation", "invitation"),
    ("notification", "delivery"), ("api_notification", "delivery"), ("token", "token"), ("api_token", "token"),
    ("manage_letter", "entry"), ("manage_shortlist", "entry"), ("api_shortlist", "entry"), ("dev_mail", "delivery"),
    ("platform_retry", "parked"), ("api_platform_work", "parked"),
]  # fmt: skip


def variants(name: str, phase: str) -> list[str]:
    """Which objects to ask about: the drafts and the withdrawn ones where they come from, the public one later."""
    names = _arguments_of(name)
    found = _variants(name, names)
    return found if phase == "submission" else found[:1]


def _variants(name: str, names: list[str]) -> list[str]:
    if "ref" in names or ("pk" in names and _thing_for_pk(name) == "proposal"):
        return list(_PROPOSAL)
    if "slug" in names and "pk" not in names:
        return list(_CONTEST)
    return ["-"]


def phases(name: str) -> list[str]:
    """The phases in which a route is worth asking: where its answer can differ."""
    if name in CASES and "phases" in CASES[name]:
        return list(CASES[name]["phases"])
    if any(word in name for word in ("judge", "assign", "review", "shortlist", "release", "feedback", "conflict")):
        return ["judging", "results"]
    if any(word in name for word in ("vote", "ballot", "results", "support")):
        return ["submission", "voting", "results"]
    if name.startswith(("proposal_", "api_proposal")):
        return ["submission", "judging"]
    return ["submission"]


def methods(name: str) -> list[str]:
    """What the view answers: REST views say it themselves, pages are asked with GET and POST."""
    for pattern in _patterns():
        if pattern.name == name:
            view = getattr(pattern.callback, "cls", None)
            if view is None:
                return ["GET", "POST"]
            return [method.upper() for method in ("get", "post", "put", "patch", "delete") if hasattr(view, method)]
    return []


def _patterns() -> Iterator[Any]:
    stack = list(get_resolver().url_patterns)
    while stack:
        pattern = stack.pop()
        if hasattr(pattern, "url_patterns"):
            stack.extend(pattern.url_patterns)
        else:
            yield pattern


def arguments(name: str, variant: str, w: World) -> dict[str, Any]:
    names, found = _arguments_of(name), {}
    for argument in names:
        if argument == "slug":
            found["slug"] = (w.things[variant] if variant in _CONTEST else w.contest).slug
        elif argument == "ref":
            found["ref"] = f"{w.things[variant].pk}-{w.things[variant].slug}"
        elif argument == "pk":
            thing = _thing_for_pk(name)
            found["pk"] = (w.things[variant] if thing == "proposal" else w.things.get(thing, w.submitted)).pk
        elif argument == "handle":
            found["handle"] = w.people["author"].handle
        elif argument == "token":
            found["token"] = token_of(w.invitation)
        elif argument == "number":
            found["number"] = 0
        else:
            found[argument] = CASES.get(name, {}).get(argument, "unknown")
    return found


def _draft(w: World) -> dict[str, Any]:
    return {"title": "Green walls", "pitch": "Ivy.", **{f"answer_{k}": v for k, v in cast.ANSWERS.items()}}


_MATCH, _UNTOUCHED = {"If-Match": '"1"'}, {"If-Match": '"0"'}
CASES: dict[str, dict[str, Any]] = {
    "proposal_new POST": {"body": _draft},
    "proposal_submit POST": {"body": {"accept_rules": "on"}},
    "proposal_comment POST": {"body": {"text": "How much does it weigh?"}},
    "contest_vote POST": {"body": lambda w: {"phase": cast.phase(w.contest, "voting").pk, "choices": w.finalists[-1:]}},
    "api_contest_ballot PUT": {"body": lambda w: {"choices": [{"proposal": w.other.pk}]}},
    "api_contest_rubric GET": {"query": "?phase=Semi-final+judging"},
    "api_contest_assignments POST": {
        "body": {
            "phase": "Semi-final judging",
            "strategy": "balanced",
            "reviews_per_entry": 1,
            "max_per_judge": 5,
            "dry_run": True,
        }
    },
    "api_shortlist GET": {"query": "?phase=Semi-final+judging"},
    "api_shortlist PUT": {"body": lambda w: {"phase": "Semi-final judging", "decisions": {str(w.entry.pk): "advances"}}},
    "api_release POST": {"body": {"phase": "Semi-final judging"}},
    "api_review PUT": {"body": {"marks": {}, "feedback": "Clear."}, "headers": _MATCH},
    "invitation POST": {"body": {"answer": "accept"}},
    "api_contest_memberships POST": {"body": {"email": "new@people.example", "role": "judge"}},
    "api_contest PATCH": {"body": {"topic": "Heat"}, "headers": {"If-Match": '"3"'}},
    "api_comment PATCH": {"body": {"text": "Ask us nothing."}},
    "api_proposals POST": {"body": lambda w: {"contest": w.contest.slug, "title": "Green walls", "answers": {}}},
    "api_proposal PATCH": {"body": {"pitch": "Ivy."}, "headers": _MATCH},
    "api_proposal_submit POST": {"body": {"accept_rules": True}},
    "api_comments POST": {"body": {"text": "How much does it weigh?"}},
    "platform POST": {"body": {"version": 0, "name": "Tidewater", "palette": "tide", "hue": 160}},
    "api_platform PATCH": {"body": {"hue": 236}, "headers": _UNTOUCHED},
    "api_platform DELETE": {"headers": _UNTOUCHED},
    "api_platform_logo DELETE": {"headers": _UNTOUCHED},
    "contest": {"phases": PHASES},
    "proposal": {"phases": PHASES},
    "contest_proposals": {"phases": PHASES},
}
