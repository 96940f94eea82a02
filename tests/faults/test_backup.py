"""A backup taken in the middle of a vote loses nothing that was acknowledged before it began (threat J12, scenario S12).

Real web and worker processes, clients with a journal; then the archive is restored into a fresh database and media
storage, whose own worker has everything to tell and tells nobody.
"""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from PIL import Image

from accounts import actions as accounts
from accounts.models import User
from contests.models import Contest, Phase
from core import clock
from proposals import actions as proposals
from proposals.models import Proposal
from tests import cast
from tests.faults import lab
from tests.faults.places import Place, empty_place
from tests.voting.stage import Stage, open_by_the_real_clock, set_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
VOTERS, CLIENTS = 300, 6
BEFORE, AFTER = 300, 60  # acknowledged acts before the backup begins, and after it has ended


@dataclass(frozen=True)
class Acked:
    """Something that the site said was done."""

    kind: str  # voted, submitted
    who: int
    what: Any
    sent: float
    at: float
    """When the answer was read, by time.monotonic()."""


@dataclass
class Journal:
    """What the clients were told, in order. Failures are kept too: there may be none."""

    acked: list[Acked] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def before(self, moment: float) -> list[Acked]:
        return [line for line in self.acked if line.at < moment]


class Client:
    """One connection that is kept open, with somebody's token at each call."""

    def __init__(self, address: str, journal: Journal) -> None:
        self.line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        self.journal = journal

    def call(self, method: str, path: str, token: str, body: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.line.request(method, f"/api/v1/{path}", json.dumps(body), headers)
        answer = self.line.getresponse()
        text = answer.read()
        if answer.status >= 300:
            self.journal.failed.append(f"{method} {path}: {answer.status} {text[:200]!r}")
            return None
        return json.loads(text)


@contextmanager
def load(jobs: list[Callable[[threading.Event], None]]) -> Iterator[None]:
    """Run these until the block ends."""
    enough = threading.Event()

    def work(job: Callable[[threading.Event], None]) -> None:
        try:
            job(enough)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        enough.set()
        for thread in threads:
            thread.join(30)


def voting_client(address: str, journal: Journal, stage: Stage, tokens: dict[int, str], seed: int) -> Callable[..., None]:
    """Its own share of the voters casts and changes ballots, one after the other, without a pause."""
    chance, mine = Random(seed), [voter for voter in tokens if voter % CLIENTS == seed]
    numbers = {entry.proposal_id: entry.pk for entry in stage.entries}

    def run(enough: threading.Event) -> None:
        client = Client(address, journal)
        while not enough.is_set():
            voter, wanted = chance.choice(mine), sorted(chance.sample(sorted(numbers), chance.randint(1, 3)))
            body = {"phase": stage.phase.pk, "choices": [{"proposal": number} for number in wanted]}
            sent = time.monotonic()
            ballot = client.call("PUT", f"contests/{stage.contest.slug}/ballot/", tokens[voter], body)
            if ballot is not None:
                what = (ballot["receipt"], tuple(sorted(numbers[number] for number in wanted)))
                journal.acked.append(Acked("voted", voter, what, sent, time.monotonic()))

    return run


def submitting_client(address: str, journal: Journal, contest: Contest, author: User, token: str) -> Callable[..., None]:
    """Starts one proposal after the other and submits it."""

    def run(enough: threading.Event) -> None:
        client = Client(address, journal)
        while not enough.is_set():
            body = {"contest": contest.slug, "title": "White roofs", "pitch": "Paint.", "answers": cast.ANSWERS}
            sent = time.monotonic()
            made = client.call("POST", "proposals/", token, body)
            if made and client.call("POST", f"proposals/{made['id']}/submit/", token, {"accept_rules": True}):
                journal.acked.append(Acked("submitted", author.pk, made["id"], sent, time.monotonic()))

    return run


def painter(proposal: Proposal, author: User) -> Callable[..., None]:
    """Gives a proposal one new cover after the other, so that rows and files change together."""

    def run(enough: threading.Event) -> None:
        while not enough.wait(0.2):
            picture = BytesIO()
            Image.new("RGB", (60, 40), (200, 220, 210)).save(picture, "PNG")
            picture.seek(0)
            proposals.set_cover(by=author, proposal=proposal, picture=picture, alt="A white roof")

    return run


def running_contest(author: User) -> Contest:
    """One that takes proposals at this moment."""
    contest = cast.contest(cast.organiser("Rita Rival"), title="Open now", starts_at=clock.now() - timedelta(days=1))
    cast.settle()
    assert author.display_name
    return contest


@contextmanager
def under_load(folder: Path, journal: Journal) -> Iterator[None]:
    stage = open_by_the_real_clock(set_up())
    now = clock.now()  # the stage has no judges: what is over is over, so that the worker makes no entries for them
    Phase.objects.filter(contest=stage.contest, ends_at__lte=now).update(opened_recorded_at=now, closed_recorded_at=now)
    author = cast.person("Sam Submitter")
    contest = running_contest(author)
    with clock.simulated(clock.now()):  # no bell rings while the stage is set
        tokens = {n: accounts.issue_token(by=cast.person(f"Voter {n}"), name="lab") for n in range(VOTERS)}
        token = accounts.issue_token(by=author, name="lab")
        picture = proposals.start(by=author, contest=contest, title="A picture", pitch="Of a roof.", answers=cast.ANSWERS)
    with lab.worker(folder), lab.web(folder) as address:
        jobs = [voting_client(address, journal, stage, tokens, n) for n in range(CLIENTS)]
        jobs += [submitting_client(address, journal, contest, author, token), painter(picture, author)]
        with load(jobs):
            yield


def test_s12_a_backup_under_load_is_restored_whole_and_silent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal, here = Journal(), Place(Path(lab.environment()["GROUNDSWELL_VAR"]), lab.environment()["DATABASE_URL"])
    with empty_place(tmp_path) as copy:
        with under_load(tmp_path, journal):
            assert lab.eventually(lambda: len(journal.acked) >= BEFORE, seconds=90)
            began = time.monotonic()
            said = here.manage("backup", str(tmp_path / "backups"))
            took = time.monotonic() - began
            ended = len(journal.acked)
            assert lab.eventually(lambda: len(journal.acked) >= ended + AFTER, seconds=60)
        assert said.returncode == 0, said.stderr
        assert journal.failed == []
        acked = journal.before(began)
        assert len(acked) >= BEFORE

        began = time.monotonic()
        restored = copy.manage("restore", said.stdout.splitlines()[0])
        seconds = time.monotonic() - began
        assert restored.returncode == 0, restored.stdout + restored.stderr  # rows, ledgers and all invariants
        assert missing(copy, acked) == []
        waiting = says_nothing(copy, tmp_path)
    with capsys.disabled():
        print(f"\n  S12 on {connection.vendor}: {len(journal.acked)} acknowledged ({len(acked)} before the backup), "
              f"backup {took:.1f} s, restore with verification {seconds:.1f} s, {waiting} mails waited, 0 sent")  # fmt: skip


def missing(copy: Place, acked: list[Acked]) -> list[Acked]:
    """What was acknowledged before the backup began and is not in the copy."""
    events: dict[str, set[tuple[int, ...]]] = defaultdict(set)
    for receipt, choices in copy.ask("SELECT receipt, choices FROM voting_ballotevent"):
        events[receipt].add(tuple(json.loads(choices) if isinstance(choices, str) else choices))
    submitted = {row[0] for row in copy.ask("SELECT id FROM proposals_proposal WHERE status = 'submitted'")}
    return [
        line
        for line in acked
        if (line.what not in submitted if line.kind == "submitted" else line.what[1] not in events[line.what[0]])
    ]


def says_nothing(copy: Place, folder: Path) -> int:
    """A worker does all that is due in the copy, and not one mail leaves it; they leave when it is released."""
    for name in ("queue/messages", "queue/control", "queue/processed", "mail"):
        (copy.var / name).mkdir(parents=True, exist_ok=True)
    still_due = "SELECT COUNT(*) FROM core_due WHERE state IN ('waiting', 'claimed')"
    unsent = "SELECT COUNT(*) FROM notifications_delivery WHERE channel = 'mail' AND state IN ('waiting', 'sending')"
    with lab.worker(folder, name="copy", env=copy.environment):
        assert lab.eventually(lambda: copy.ask(still_due)[0][0] == 0, seconds=90), (folder / "copy.log").read_text()
        time.sleep(6)  # beat comes round once more
        waiting = int(copy.ask(unsent)[0][0])
        assert waiting > 0 and copy.mails() == 0
        assert copy.manage("release_restored", "--send-waiting").returncode == 0
        assert lab.eventually(lambda: copy.ask(unsent)[0][0] < waiting, seconds=60)
    assert copy.mails() > 0
    return waiting


@pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="a move needs a PostgreSQL to go to")
def test_one_box_moves_to_postgresql_row_by_row(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    box = Place(tmp_path / "box", f"sqlite:///{tmp_path}/box/db.sqlite3")
    said = box.run(
        "call_command('migrate', verbosity=0)",
        "from tests import cast",
        "made = cast.submitted(cast.person('Ana'), cast.contest(cast.organiser()))",
        "cast.judged(made.contest)",
        f"call_command('backup', '{tmp_path}/backups')",
    )
    with empty_place(tmp_path) as copy:
        moved = copy.manage("restore", said[0])
        assert moved.returncode == 0, moved.stdout + moved.stderr  # rows, ledgers, sequences and all invariants
        assert copy.ask("SELECT outcome, released_at IS NOT NULL FROM judging_decision") == [("advances", True)]
        assert copy.run("from tests import cast", "print(cast.person('Ben').pk > 1)") == ["True"]
        assert copy.manage("restore", said[0], "--yes").stderr.strip().endswith("only into an empty one.")
