"""No secret and nobody's address goes into a log line or an error report (threat W23)."""

from __future__ import annotations

import time

import pytest

from core import scrubbing
from core.scrubbing import REMOVED, clean, clean_report, clean_text

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Key (email)=(ana@people.example) already exists", "ana@"),
        ("mail for Ana.O'Hara+x@sub.people.example bounced", "people.example"),
        ("GET /accounts/login/?next=/invitations/abc&code=K7", "K7"),
        ("redis://:s3cret@redis:6379/0 does not answer", "s3cret"),
        ("postgres://user:s3/c?ret@db/name", "s3/c"),
        ("smtp+tls://mailer:p%40ss@mail:587", "p%40ss"),
        ("Authorization: Bearer gsw_abcdef123456", "gsw_abcdef"),
        ("{'password': 'correct horse', 'login': 'x'}", "correct horse"),
        ('{"token": "abc123", "a": 1}', "abc123"),
        ("sessionid=0123abcd; csrftoken=89ef", "0123abcd"),
        ("csrftoken=89efaa; path=/", "89efaa"),
        ("Not Found: /invitations/short/", "short"),
        ("Not Found: /accounts/confirm-email/MQ:abc/", "MQ:abc"),
        ("/some/path/aZ3kLm9QpRsTuVwXyZ0123/", "aZ3kLm9"),
        ("boom\nDETAIL:  Failing row contains (7, 3, 99).\nmore", "99"),
        ('syntax\nLINE 1: INSERT INTO "voting_choice" VALUES (7340917)\n        ^', "7340917"),
    ],
)
def test_shapes_of_secrets_go_wherever_they_stand(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in clean_text(text)


@pytest.mark.parametrize(
    "text",
    [
        'File "/srv/app/voting/actions.py", line 120, in cast_the_whole_ballot_of_a_person',
        "GET /contests/cool-cities-2027/proposals/ gave 404",
        "delivery 12: put off (SMTPServerDisconnected)",
        "Really? Yes: 3 of 4.",
        "task core.run_due[0a1b2c3d-aaaa-bbbb-cccc-0123456789ab] failed",
    ],
)
def test_what_helps_to_find_a_fault_stays(text: str) -> None:
    assert clean_text(text) == text


def test_values_under_secret_names_go_at_any_depth() -> None:
    said = {"user": 7, "headers": [{"Set-Cookie": "a", "Accept": "b"}], "form": {"x": "y"}, "SECRET_KEY": "k", "raw": b"\x00"}
    assert clean(said) == {
        "user": 7, "headers": [{"Set-Cookie": REMOVED, "Accept": "b"}], "form": REMOVED, "SECRET_KEY": REMOVED, "raw": REMOVED,
    }  # fmt: skip


def test_the_secrets_of_this_installation_go_from_any_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbing, "_known", [])
    scrubbing.never_say(["hunter2hunter2", "short", ""])
    assert clean_text("login with hunter2hunter2 failed, in short") == f"login with {REMOVED} failed, in short"


def test_things_that_hold_themselves_or_are_huge_do_no_harm() -> None:
    deep: dict[str, object] = {}
    deep["again"] = deep
    assert REMOVED in str(clean(deep))
    for text in ("x", "a.", "/aB1", "?=", "a@", "://@", "password=", "\nDETAIL:", "Bearer ", "x-"):
        started = time.perf_counter()
        assert len(clean_text(text * 500_000)) < 30_000
        assert time.perf_counter() - started < 1, text


def test_an_error_report_keeps_the_trace_and_the_id_of_the_person_only() -> None:
    frame = {"filename": "voting/actions.py", "function": "cast", "lineno": 12, "abs_path": "/srv/app/voting/actions.py"}
    event = {
        "event_id": "e" * 32,
        "exception": {"values": [{"type": "ValueError", "value": "ana@people.example", "stacktrace": {"frames": [frame]}}]},
        "request": {
            "url": "https://site.example/invitations/abc/?code=1", "method": "POST", "data": {"password": "p"},
            "headers": {"Cookie": "c"}, "cookies": {"sessionid": "s"}, "query_string": "code=1",
            "env": {"REMOTE_ADDR": "192.0.2.1"},
        },
        "user": {"id": 7, "email": "ana@people.example", "ip_address": "192.0.2.1"},
        "extra": {"sys.argv": ["--password=p"]},
        "breadcrumbs": {"values": [{"message": "SELECT 1"}]},
        "server_name": "box",
        "contexts": {"trace": {"trace_id": "a1", "data": {"http.query": "code=1"}}, "job": {"args": ["ana@people.example"]}},
    }  # fmt: skip
    sent = clean_report(event, {})
    assert sent["request"] == {"method": "POST", "url": f"https://site.example/invitations/{REMOVED}/"}
    assert sent["user"] == {"id": "7"}
    assert sent["exception"]["values"][0]["stacktrace"]["frames"] == [frame]
    assert sent["exception"]["values"][0]["value"] == "[e-mail]"
    assert sent["contexts"] == {"trace": {"trace_id": "a1", "data": REMOVED}, "job": {"args": ["[e-mail]"]}}
    assert not sent.keys() & {"extra", "breadcrumbs", "server_name"}
