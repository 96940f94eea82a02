"""Everything that must always hold is asked of the database: each rule sees what breaks it, and nothing else does."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from accounts import actions as accounts
from core import clock, invariants, keeping
from core.models import Due, Fact
from core.triggers import unlocked
from tests import cast, stage

pytestmark = pytest.mark.django_db
WHOLE: dict[str, Any] = {}


@pytest.fixture(scope="module", autouse=True)
def whole(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One contest from the question to the winners, for all tests here: each takes back what it breaks.

    Its pictures lie in a folder of their own: other tests leave files whose rows are rolled back.
    """
    own_folder = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media")))
    with own_folder, django_db_blocker.unblock(), transaction.atomic():
        with stage.world("results") as world:
            WHOLE.update(world=world)
            Due.objects.filter(state=Due.State.PARKED).delete()  # which the matrix keeps for the staff's page to try again
            yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def taken_back(whole: None, db: None) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def on_ledger(statement: str) -> None:
    """Go round the triggers, as only the owner of the tables can."""
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
    with unlocked(connection):
        sql(statement)


def uncount() -> None:
    sql("DELETE FROM results_standing")
    sql("DELETE FROM results_tally")


def without(table: str, constraint: str) -> None:
    """Take a unique constraint off a table. SQLite knows no way but to write the table anew."""
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        made = cursor.fetchone()[0]
    bare = re.sub(rf',\s*CONSTRAINT "{constraint}" UNIQUE \([^)]*\)', "", made)
    assert bare != made
    sql(bare.replace(f'"{table}"', '"bare"', 1))
    sql(f"INSERT INTO bare SELECT * FROM {table}")
    sql(f"DROP TABLE {table}")
    sql(f"ALTER TABLE bare RENAME TO {table}")


def second_ballot() -> None:
    """The same voter's in the same phase, withdrawn, so that it disturbs no count."""
    uncount()
    without("voting_ballot", "ballot_once_per_voter_and_phase")
    copied("voting_ballot", "phase_id, voter_id, state, receipt, used, most, changed_at",
           "phase_id, voter_id, 'withdrawn', 'B2-SECOND-22', 0, most, changed_at")  # fmt: skip
    copied("voting_ballotevent", "phase_id, receipt, kind, choices, at", "phase_id, 'B2-SECOND-22', 'withdrawn', '[]', at")


def in_phase(kind: str) -> str:
    return f"(SELECT id FROM contests_phase WHERE kind = '{kind}' AND contest_id = {WHOLE['world'].contest.pk} LIMIT 1)"


def foreign_entry() -> None:
    sql("UPDATE voting_choice SET entry_id = %s", WHOLE["world"].entry.pk)


def first_entry(phase: str, outcome: str) -> str:
    return (
        "INSERT INTO proposals_entry (proposal_id, phase_id, revision_id, outcome, at) "
        f"SELECT id, {in_phase(phase)}, submitted_revision_id, '{outcome}', submitted_at FROM proposals_proposal "
        f"WHERE id = {WHOLE['world'].submitted.pk}"
    )


def no_trigger() -> None:
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("ALTER TABLE proposals_revision DISABLE TRIGGER proposals_revision_append_row")
    else:
        sql("DROP TRIGGER proposals_revision_append_update")


def unwatched_key() -> None:
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("ALTER TABLE community_follow ADD CONSTRAINT later FOREIGN KEY (user_id) REFERENCES accounts_user NOT VALID")
    else:
        sql("UPDATE community_comment SET author_id = 4711")


def sequence_behind() -> None:
    if connection.vendor == "postgresql":
        sql("SELECT setval(pg_get_serial_sequence('core_fact', 'id'), 1)")
    else:
        sql("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'core_fact'")


def stray_file() -> None:
    WHOLE["stray"] = default_storage.save("covers/stray.webp", ContentFile(b"x"))


def signed_in_and_disabled() -> None:
    person = WHOLE["world"].people["member"]
    sign_in(person)
    sql("UPDATE accounts_user SET is_active = %s WHERE id = %s", False, person.pk)


def sign_in(person: Any) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session.set_expiry(clock.now() + timedelta(days=14))
    session.save()
    return str(session.session_key)


def erased_by_half() -> None:
    member = WHOLE["world"].people["member"]
    Fact.objects.create(verb="account.erased", subject="accounts.user", subject_id=member.pk, at=clock.now())


def copied(table: str, columns: str, values: str) -> None:
    sql(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} ORDER BY id LIMIT 1")


def mail_twice() -> None:
    columns = "fact_id, recipient_id, address, channel, notice, subject, text, html, url, attempts, next_at, lease, message_id"
    columns += ", error, created_at, sent_at, read_at, state"
    sql(
        f"INSERT INTO notifications_delivery ({columns}, key) SELECT {columns}, 'another' FROM notifications_delivery "
        "WHERE state = 'sent' ORDER BY id LIMIT 1"
    )


def misplaced_reply() -> None:
    copied("community_comment", "proposal_id, parent_id, credited_to, text, is_tombstone, at",
           f"{WHOLE['world'].other.pk}, id, '', '', NOT is_tombstone, at")  # fmt: skip


def judge_of_own() -> None:
    sql(
        "INSERT INTO judging_conflict (judge_id, proposal_id, kind, reason, at) "
        "SELECT asked.judge_id, entry.proposal_id, 'declared', '', asked.at "
        "FROM judging_assignment asked JOIN proposals_entry entry ON entry.id = asked.entry_id "
        "WHERE asked.state = 'done' ORDER BY asked.id LIMIT 1"
    )


def last_work(verb: str, follower: str) -> str:
    return (
        "(SELECT MAX(due.id) FROM core_due due JOIN core_fact fact ON fact.id = due.fact_id "
        f"WHERE fact.verb = '{verb}' AND due.follower = '{follower}')"
    )


ONE_EVENT = "(SELECT MIN(receipt) FROM voting_ballotevent)"
Break = str | Callable[[], None]


def ledger_without(statement: str) -> Callable[[], None]:
    """Break a ledger that nobody has counted yet."""

    def run() -> None:
        uncount()
        on_ledger(statement)

    return run


# What breaks each rule, going round the code; and the rules that it breaks as well, where one cannot be had alone.
BREAKS: dict[str, tuple[Any, set[str]]] = {
    "ballot-in-time": (lambda: on_ledger("UPDATE voting_ballotevent SET at = '2020-01-01 00:00:00+00:00'"), set()),
    "ballot-once": (second_ballot, {"constraints"}),
    "ballot-budget": ("UPDATE voting_ballot SET used = 0", set()),
    "choice-on-ballot": (foreign_entry, {"ballot-as-last-said"}),
    "ballot-in-ledger": (ledger_without(f"DELETE FROM voting_ballotevent WHERE receipt = {ONE_EVENT}"), set()),
    "ledger-of-ballot": (
        ledger_without(
            "INSERT INTO voting_ballotevent (phase_id, receipt, kind, choices, at) "
            "SELECT phase_id, 'A1-NOBODY-99', kind, choices, at FROM voting_ballotevent ORDER BY id LIMIT 1"
        ),
        set(),
    ),
    "ballot-as-last-said": (ledger_without("UPDATE voting_ballotevent SET choices = '[]'"), set()),
    "tally-recount": ("UPDATE results_standing SET count = count + 1", set()),
    "released-count": ("UPDATE results_tally SET position = position + 1", set()),
    "due-late": (
        "INSERT INTO core_due (fact_id, follower, state, attempts, next_at, lease, error) "
        "SELECT id, 'core.nothing', 'waiting', 0, at, '', '' FROM core_fact ORDER BY id LIMIT 1",
        set(),
    ),
    "due-parked": ("UPDATE core_due SET state = 'parked' WHERE id = (SELECT MIN(id) FROM core_due)", set()),
    "fact-followed": (
        lambda: sql(f"DELETE FROM core_due WHERE id = {last_work('proposal.submitted', 'proposals.count_proposals')}"),
        set(),
    ),
    "append-only": (no_trigger, set()),
    "constraints": ("DROP INDEX team_has_one_owner", set()),
    "foreign-keys": (unwatched_key, set()),
    "sequences": (sequence_behind, set()),
    "file-of-row": ("UPDATE proposals_proposal SET cover = 'covers/gone.webp'", set()),
    "row-of-file": (stray_file, set()),
    "proposal-owner": ("DELETE FROM proposals_teammember WHERE role = 'owner'", set()),
    "proposal-revision": (
        "UPDATE proposals_proposal SET submitted_revision_id = (SELECT MAX(id) FROM proposals_revision)",
        set(),
    ),
    "entry-of-contest": ("UPDATE proposals_entry SET revision_id = (SELECT MAX(id) FROM proposals_revision)", set()),
    "award-before-release": (
        lambda: sql(
            "INSERT INTO proposals_distinction (proposal_id, phase_id, kind, reason, released_at) "
            f"SELECT proposal_id, {in_phase('submission')}, 'finalist', '', at FROM proposals_entry LIMIT 1"
        ),
        set(),
    ),
    "proposal-count": ("UPDATE contests_contest SET proposal_count = 99", set()),
    "talk-counts": ("UPDATE proposals_proposal SET support_count = 99", set()),
    "reply-in-place": (misplaced_reply, set()),
    "review-in-conflict": (judge_of_own, set()),
    "decision-before-release": (lambda: sql(first_entry("submission", "advances")), set()),
    "release-without-decision": ("UPDATE judging_decision SET released_at = NULL", set()),
    "entry-score": ("UPDATE judging_entryscore SET mean = mean + 1", set()),
    "phase-order": ("UPDATE contests_phase SET position = position + 100 WHERE kind = 'submission'", set()),
    "session-of-disabled": (signed_in_and_disabled, set()),
    "erased-person": (erased_by_half, set()),
    "delivery-once": (mail_twice, set()),
}


def broken() -> dict[str, invariants.Found]:
    return {result.rule.name: result.found for result in invariants.check(at=clock.now()) if result.found.number}


def test_a_whole_contest_breaks_no_rule() -> None:
    assert broken() == {}


def test_every_rule_has_something_that_breaks_it() -> None:
    assert set(BREAKS) == {rule.name for rule in invariants.rules()}


@pytest.mark.parametrize("name", BREAKS)
def test_a_rule_sees_what_breaks_it_and_only_that(name: str) -> None:
    act, also = BREAKS[name]
    try:
        act() if callable(act) else sql(act)
        found = broken()
        assert set(found) == {name} | also
        assert found[name].number >= len(found[name].examples) > 0
    finally:
        if connection.vendor == "postgresql" and name == "sequences":  # the one thing that no rollback takes back
            sql("SELECT setval(pg_get_serial_sequence('core_fact', 'id'), (SELECT MAX(id) FROM core_fact))")
        default_storage.delete(WHOLE.pop("stray", "covers/none"))


def test_a_number_may_lag_while_its_recount_is_due() -> None:
    sql("UPDATE contests_contest SET proposal_count = 99 WHERE id = %s", WHOLE["world"].contest.pk)
    sql(
        "UPDATE core_due SET state = 'waiting' WHERE follower = 'proposals.count_proposals' AND fact_id IN "
        "(SELECT id FROM core_fact WHERE contest_id = %s)", WHOLE["world"].contest.pk
    )  # fmt: skip
    assert "proposal-count" not in {result.rule.name for result in invariants.check(at=cast.START) if result.found.number}


def test_work_is_late_after_ten_minutes_as_of_the_time_that_is_asked_about() -> None:
    sql("UPDATE core_due SET state = 'waiting' WHERE id = (SELECT MAX(id) FROM core_due)")
    done = Fact.objects.get(due__state="waiting").at
    at = {minutes: invariants.check(at=done + timedelta(minutes=minutes)) for minutes in (9, 11)}
    late = {minutes: [r.found.number for r in results if r.rule.name == "due-late"] for minutes, results in at.items()}
    assert late == {9: [0], 11: [1]}


def test_v8_a_changed_rank_a_changed_digest_and_a_changed_number_of_ballots_are_each_seen() -> None:
    for statement in ("UPDATE results_standing SET rank = rank + 1", "UPDATE results_tally SET digest = 'x'",
                      "UPDATE results_tally SET ballots = ballots + 1"):  # fmt: skip
        with transaction.atomic():
            sql(statement)
            assert set(broken()) == {"tally-recount"}
            transaction.set_rollback(True)


def test_a_picture_that_was_replaced_today_is_left_alone_and_removed_after_two_days() -> None:
    name = default_storage.save("covers/replaced.webp", ContentFile(b"x"))
    made = default_storage.get_modified_time(name)
    with clock.simulated(made + timedelta(hours=1)):
        assert keeping.forget_files() == 0
    with clock.simulated(made + timedelta(days=3)):
        assert keeping.forget_files() == 1
    assert not default_storage.exists(name)


def call(*options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_invariants", *options, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_the_command_names_every_rule_and_ends_with_the_number_of_violations() -> None:
    status, text = call()
    assert status == 0
    assert all(rule.name in text for rule in invariants.rules())
    sql("UPDATE contests_contest SET proposal_count = 99 WHERE id = %s", WHOLE["world"].contest.pk)
    status, text = call()
    assert status == 1
    assert f"look: SELECT * FROM contests_contest WHERE id IN ({WHOLE['world'].contest.pk})" in text


def test_the_status_is_capped_and_the_true_number_printed() -> None:
    sql("UPDATE core_due SET state = 'parked'")
    status, text = call("--json")
    answer = json.loads(text)
    assert status == min(answer["violations"], 125)
    parked = next(rule for rule in answer["rules"] if rule["name"] == "due-parked")
    assert parked["violations"] == answer["violations"] and len(parked["examples"]) == 5
    assert call("--list")[0] == 0


def test_every_night_staff_read_it_in_the_log_and_the_facts(caplog: pytest.LogCaptureFixture) -> None:
    sql("UPDATE contests_contest SET proposal_count = 99 WHERE id = %s", WHOLE["world"].contest.pk)
    with caplog.at_level(logging.ERROR):
        assert keeping.check_everything() == 1
    assert "proposal-count" in caplog.text
    assert Fact.objects.get(verb="invariants.checked").data == {"violations": 1, "rules": {"proposal-count": 1}}


def test_who_is_disabled_is_signed_out_everywhere() -> None:
    people = WHOLE["world"].people
    for name in ("member", "member", "author"):
        sign_in(people[name])
    accounts.set_rights(by=people["staff"], user=people["member"], is_active=False)
    assert broken() == {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_session")
        assert cursor.fetchone() == (1,)


def test_every_table_that_a_migration_protects_is_declared() -> None:
    root = Path(__file__).resolve().parents[2]
    protected = {name for path in root.glob("*/migrations/*.py") for name in re.findall(r'protect\("(\w+)"\)', path.read_text())}
    assert protected == set(invariants.append_only_tables())
