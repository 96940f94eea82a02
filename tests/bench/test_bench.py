"""The bench itself: what it asks, what it refuses, what it keeps. Nothing here is timed."""

from __future__ import annotations

import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.http import HttpResponse

from accounts.models import User
from tests.bench import __main__ as bench
from tests.bench.counting import Statements
from tests.bench.house import Refusal, Server
from tests.bench.load import Request, Supply, ask, drive
from tests.bench.pairs import Side, statements
from tests.bench.report import HISTORY, Result, history, keep
from tests.bench.requests import votes


class Answers(BaseHTTPRequestHandler):
    """A server that answers by the address: /debug/ as one in debug mode, /broken/ with an error, anything else well."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b"x" * 100_000
        self.send_response(500 if self.path == "/broken/" else 200)
        self.send_header("X-Bench-Debug", "1" if self.path == "/debug/" else "0")
        self.send_header("X-Bench-Statements", "3")
        if self.path == "/chunked/":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
            return
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def server():
    made = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield Server(made.server_port, 0, 0.0)
    made.shutdown()
    made.server_close()


def test_rows_are_asked_for_by_number_and_unknown_ones_are_refused(capsys):
    assert bench.parser().parse_args(["--rows", "4,2"]).rows == [2, 4]
    for wrong in ("7", "two"):
        with pytest.raises(SystemExit):
            bench.parser().parse_args(["--rows", wrong])


def test_a_debug_server_is_refused_in_one_line(monkeypatch, capsys, server):
    monkeypatch.setenv("DEBUG", "1")
    assert bench.main(["--quick"]) == 1
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and "debug" in said.err and said.out == ""
    with pytest.raises(Refusal, match="debug server"):
        statements(server, Request("GET", "/debug/"))


def test_nothing_is_measured_where_the_answers_are_errors(server, monkeypatch):
    with pytest.raises(Refusal, match="500"):
        statements(server, Request("GET", "/broken/"))
    monkeypatch.setattr(Server, "cpu", lambda self: 0.0)
    monkeypatch.setattr("tests.bench.pairs.drive", lambda *args, **more: drive(*args, **more, connections=1))
    with pytest.raises(Refusal, match="nothing was measured"):
        Side(server, [Request("GET", "/broken/")]).turn(0.05)


def test_the_load_reads_whole_answers_and_counts_them(server):
    assert statements(server, Request("GET", "/")) == 3
    assert ask(server.port, Request("GET", "/chunked/"))[2] == b"hello world"
    outcome = drive(server.port, Supply([Request("GET", "/")]), seconds=0.05, connections=1)
    assert outcome.count > 1 and outcome.bad == {} and outcome.p50_ms <= outcome.p99_ms


@pytest.mark.django_db
def test_statements_are_counted_for_those_who_ask(rf):
    def respond(request):
        return HttpResponse(str(User.objects.count() + User.objects.filter(is_staff=True).count()))

    assert Statements(respond)(rf.get("/", headers={"X-Bench": "1"}))["X-Bench-Statements"] == "2"
    assert "X-Bench-Statements" not in Statements(respond)(rf.get("/"))


def test_no_voter_states_the_same_ballot_twice_in_a_row():
    planted = {"slug": "cool", "sessions": ["a", "b"], "finalists": [1, 2, 3, 4, 5]}
    for always in (None, 2):
        mine = [json.loads(vote.body) for vote in votes(planted, always=always) if "sessionid=a" in vote.headers["Cookie"]]
        assert all(one != other for one, other in itertools.pairwise(mine))


def test_a_run_is_kept_as_lines_without_a_word_about_the_machine(tmp_path):
    result = Result(2, "contest", 0.51, 0.4, 0.6, 300.0, 600.0, "per s", 5, ">= 0.50", met=True, sql=4)
    keep([result, result], into=tmp_path / "history.jsonl")
    first, second = history(tmp_path / "history.jsonl")
    assert first == second and first["row"] == 2 and first["ratio"] == 0.51 and {"date", "commit"} <= set(first)
    assert "/" not in "".join(str(value) for key, value in first.items() if key not in ("unit", "target"))
    assert all({"date", "row", "ratio"} <= set(line) for line in history(HISTORY))
