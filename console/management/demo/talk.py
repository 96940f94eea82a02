"""What members say and show: supports and discussions, at waking hours, while the contest's phases allow it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from accounts.models import User
from community import actions as community
from community.models import Comment
from console.management.demo.script import Remark, Text
from console.management.demo.stage import Stage
from contests.phases import Kind
from contests.rules import remember_seen
from proposals.models import Proposal

TALKING = (Kind.SUBMISSION, Kind.WORKSPACE, Kind.JUDGING, Kind.REVISION)


def plan(stage: Stage) -> None:
    """Put supports and discussions of every proposal on the agenda."""
    stage.agenda.at(stage.opens + timedelta(minutes=20), lambda: _spread(stage))


def _spread(stage: Stage) -> None:
    windows = stage.windows(*TALKING)
    for text in stage.texts:
        since = stage.when[text.title] + timedelta(hours=2)
        drawn = stage.chance.paretovariate(1.05) * stage.chance.uniform(1.5, 5)
        liked = min(int(drawn) + (3 if text.reaches("semi") else 0), 34)
        for member in stage.chance.sample(stage.troupe.members, liked):
            when = _moment(stage, windows, since)
            stage.agenda.at(when, partial(_support, stage, text, member))
        _plan_discussion(stage, text, _moment(stage, windows, since))


def _moment(stage: Stage, windows: list[tuple[datetime, datetime]], since: datetime) -> datetime:
    """A time in one of the windows, sooner rather than later after `since`."""
    left = [(max(opens, since), closes) for opens, closes in windows if closes > since + timedelta(hours=1)]
    opens, closes = left[0] if len(left) == 1 or stage.chance.random() < 0.75 else left[1]
    return opens + (closes - opens) * stage.chance.random() ** 1.4


def _support(stage: Stage, text: Text, member: User) -> None:
    if member not in stage.team(text):
        community.support(by=member, proposal=_read(stage, text, member))


def _read(stage: Stage, text: Text, reader: User) -> Proposal:
    """The proposal as the reader has it open: it is submitted, so everybody sees it."""
    proposal = stage.proposals[text.title]
    proposal.contest = stage.contest
    remember_seen(reader, proposal)
    return proposal


def _plan_discussion(stage: Stage, text: Text, when: datetime) -> None:
    """Questions one after another; an answer hours after its question."""
    windows = stage.windows(*TALKING)
    last, asked = windows[-1][1] - timedelta(minutes=30), list[Comment]()
    latest = last - timedelta(hours=18 * len(text.remarks))
    when = latest if "talk" in text.head else min(when, latest)
    for left in range(len(text.remarks), 0, -1):
        remark, later = text.remarks[-left], timedelta(hours=stage.chance.uniform(2, 17))
        if remark.sign == "!":
            when, last = stage.dates[-1][0] + timedelta(days=1), stage.agenda.today
        when = min(_while_open(windows, when + later), last - timedelta(hours=2 * left))
        stage.agenda.at(when, partial(_say, stage, text, remark, asked))


def _while_open(windows: list[tuple[datetime, datetime]], when: datetime) -> datetime:
    """This time, or when the next window opens after it."""
    return next((max(opens, when) for opens, closes in windows if when < closes - timedelta(minutes=30)), when)


def _say(stage: Stage, text: Text, remark: Remark, asked: list[Comment]) -> None:
    by = _speaker(stage, text, remark)
    parent = None if remark.sign in "-!" else asked[-1]
    said = community.comment(by=by, proposal=_read(stage, text, by), text=remark.text, parent=parent)
    if parent is None:
        asked.append(said)


def _speaker(stage: Stage, text: Text, remark: Remark) -> User:
    """The author answers; who asks is named, or is mostly somebody of the same country."""
    team = stage.team(text)
    if remark.sign == "=":
        return team[0]
    if remark.who in stage.troupe.by_name:
        return stage.troupe[remark.who]
    others = [member for member in stage.troupe.members if member not in team and not member.has_usable_password()]
    near = [member for member in others if member.country == (remark.who or team[0].country)]
    return stage.chance.choice(near if len(near) > 3 or remark.who else others)
