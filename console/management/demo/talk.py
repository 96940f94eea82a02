"""What members say and show: supports and discussions, at waking hours, while the contest's phases allow it."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from community import actions as community
from community.models import Comment
from console.management.demo.script import Remark, Text
from console.management.demo.stage import Stage
from contests.phases import Kind
from contests.rules import remember_seen

TALKING = (Kind.SUBMISSION, Kind.WORKSPACE, Kind.JUDGING, Kind.REVISION)


def plan(stage: Stage) -> None:
    """Put supports and discussions of every proposal on the agenda."""
    stage.agenda.at(stage.opens + timedelta(minutes=20), lambda: _spread(stage))


def _spread(stage: Stage) -> None:
    windows = stage.windows(*TALKING)
    for text in stage.texts:
        since = stage.when[text.title] + timedelta(hours=2)
        liked = min(int(stage.chance.paretovariate(1.2) * 3) + (4 if text.head.get("far") else 0), 31)
        for member in stage.chance.sample(stage.troupe.members, liked):
            when = _moment(stage, windows, since)
            stage.agenda.at(when, lambda text=text, member=member: _support(stage, text, member))
        when = _moment(stage, windows, since)
        _plan_discussion(stage, text, when)


def _moment(stage: Stage, windows: list[tuple[datetime, datetime]], since: datetime) -> datetime:
    """A time in one of the windows, sooner rather than later after `since`."""
    left = [(max(opens, since), closes) for opens, closes in windows if closes > since + timedelta(hours=1)]
    opens, closes = left[0] if len(left) == 1 or stage.chance.random() < 0.75 else left[1]
    return opens + (closes - opens) * stage.chance.random() ** 1.6


def _support(stage: Stage, text: Text, member: User) -> None:
    proposal = stage.proposals[text.title]
    proposal.contest = stage.contest
    remember_seen(member, proposal)
    if member not in stage.team(text):
        community.support(by=member, proposal=proposal)


def _plan_discussion(stage: Stage, text: Text, when: datetime) -> None:
    """Questions one after another; an answer hours after its question."""
    closes = max(closes for _opens, closes in stage.windows(*TALKING))
    asked: list[Comment] = []
    for remark in text.remarks:
        when = min(when + timedelta(hours=stage.chance.uniform(2, 30)), closes - timedelta(minutes=30))
        stage.agenda.at(when, lambda remark=remark: _say(stage, text, remark, asked))


def _say(stage: Stage, text: Text, remark: Remark, asked: list[Comment]) -> None:
    proposal = stage.proposals[text.title]
    proposal.contest = stage.contest
    team = stage.team(text)
    by = team[0] if remark.who == "=" else stage.chance.choice([m for m in stage.troupe.members if m not in team])
    parent = None if remark.who == "-" else asked[-1]
    remember_seen(by, proposal)
    said = community.comment(by=by, proposal=proposal, text=remark.text, parent=parent)
    if parent is None:
        asked.append(said)
