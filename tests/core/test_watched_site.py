"""One production site as real processes: what its logs, numbers and error reports say, and what they never say (W23).

Everything that starts processes stands in this file, so that the site is started once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests import servers
from tests.core.watched import SECRETS, Answer, Site, site, until

pytestmark = [pytest.mark.once, pytest.mark.long]
VOTE, BALLOT = int(SECRETS["proposal voted for"]), "/api/v1/contests/cool-cities/ballot/"
FORGED = 'gone\n{"level": "forged"}'
NUMBERS = {"Authorization": f"Bearer {SECRETS['metrics token']}"}


@pytest.fixture(scope="module")
def place() -> Iterator[Site]:
    with servers.throw_away_folder() as folder, site(folder) as made:
        yield made


@pytest.fixture(scope="module")
def token(place: Site) -> str:
    return place.token()


def sign_in(place: Site, password: str) -> Answer:
    page = place.ask("/accounts/login/")
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert csrf, page.text[:500]
    cookies = "; ".join(header.split(";")[0] for header in page.headers.get_all("Set-Cookie") or [])
    form = {"login": "vera-voter@people.example", "password": password, "csrfmiddlewaretoken": csrf[1]}
    return place.ask("/accounts/login/", form=form, Cookie=cookies, Referer=f"http://localhost:{place.port}/")


def vote(place: Site, token: str, **headers: str) -> Answer:
    body = {"choices": [{"proposal": VOTE}]}
    return place.ask(BALLOT, method="PUT", body=body, Authorization=f"Bearer {token}", **headers)


def live_through_a_day(place: Site, token: str) -> None:
    """Requests of every kind with every planted secret, good ones, wrong ones and failing ones."""
    assert sign_in(place, SECRETS["password"]).status in (302, 303)
    assert sign_in(place, SECRETS["wrong password"]).status == 200
    query = f"?next=/{SECRETS['query']}&code={SECRETS['code']}&token={SECRETS['query']}"
    for path in ("/", "/nothing-here/", "/accounts/login/code/", "/search/"):
        place.ask(path + query, Cookie=f"sessionid={SECRETS['cookie']}; csrftoken={SECRETS['cookie']}")
    place.ask(f"/invitations/{SECRETS['invitation']}/{query}")
    place.ask("/api/v1/me/", Authorization=f"Bearer {SECRETS['bearer']}")
    place.ask("/api/v1/proposals/", method="POST", body={"title": SECRETS["body"]}, Authorization=f"Bearer {token}")
    place.ask("/accounts/login/code/", form={"email": SECRETS["stranger"]})
    place.ask("/" + quote(FORGED) + f"/{SECRETS['stranger']}/")
    place.sql("ALTER TABLE voting_choice RENAME TO voting_choice_away")
    assert vote(place, token, X_Request_ID="request-that-fails").status == 500
    place.sql("ALTER TABLE voting_choice_away RENAME TO voting_choice")
    place.sql("ALTER TABLE notifications_delivery RENAME TO notifications_delivery_away")
    leave_a_tail(place, token)
    place.sql("ALTER TABLE notifications_delivery_away RENAME TO notifications_delivery")


def leave_a_tail(place: Site, token: str) -> None:
    """A vote whose receipt fails in the worker that its bell woke. Where the sweep was quicker, once more."""
    for _ in range(4):
        answer = vote(place, token, X_Request_ID="request-with-a-tail")
        assert (answer.status, answer.headers["X-Request-ID"]) == (200, "request-with-a-tail")
        if until(lambda: any("exception" in line for line in tail_of(place)), seconds=4):
            return
        place.ask(BALLOT, method="DELETE", Authorization=f"Bearer {token}")
    raise AssertionError(place.logs("worker"))


def tail_of(place: Site) -> list[dict[str, Any]]:
    return [line for line in place.lines("worker") if line.get("request_id") == "request-with-a-tail"]


def test_w23_no_secret_is_in_any_log_or_error_report(place: Site, token: str) -> None:
    live_through_a_day(place, token)
    assert until(lambda: len(place.sentry.events()) >= 2), place.logs()
    logs, reports = place.logs(), "\n".join(place.sentry.reports)
    for name, secret in {**SECRETS, "token": token}.items():
        assert secret not in logs, f"{name} in the logs"
        if name != "sentry key":  # it is what the report is addressed with
            assert secret not in reports, f"{name} in an error report"
    assert "@people.example" not in logs + reports

    lines = place.lines()  # each is one object of JSON, whatever a visitor wrote
    assert not any(line.get("level") == "forged" for line in lines)
    failed = [line for line in lines if line.get("request_id") == "request-that-fails"]
    assert {"ProgrammingError" in line.get("exception", "") for line in failed} == {True, False}
    (line,) = [line for line in failed if line["event"] == "request"]
    assert (line["view"], line["method"], line["status"]) == ("api_contest_ballot", "PUT", 500)
    assert line["ms"] > 0
    # The worker's failure carries the id of the request that caused it, and the number of the due row.
    tail = tail_of(place)
    assert any(line.get("task") == "core.run_due" and line.get("due") and "exception" in line for line in tail), tail

    event = place.sentry.events()[0]
    assert event["request"].keys() <= {"url", "method"}
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert frames
    assert not any("vars" in frame for frame in frames)
    assert "server_name" not in event


def test_every_process_adds_to_the_numbers_and_only_the_token_opens_them(place: Site, token: str) -> None:
    for _ in range(8):
        assert place.ask("/help/").status == 200
    assert vote(place, token).status == 200
    assert place.ask("/metrics").status == 404
    assert place.ask("/metrics", Authorization="Bearer wrong").status == 404
    numbers = place.ask("/metrics", **NUMBERS, Host="10.0.0.7").text  # by address, as Prometheus does
    helped = re.search(r'request_seconds_count\{method="GET",status="2xx",view="help"\} (\S+)', numbers)
    assert helped
    assert float(helped[1]) >= 8  # two processes, one sum
    assert 'groundswell_facts_total{verb="ballot.cast"}' in numbers
    assert re.search(r"groundswell_database_up 1\.0", numbers)
    assert re.search(r'groundswell_deliveries_open\{channel="mail",state="waiting"\} ', numbers)
    assert until(lambda: "groundswell_worker_tick_age_seconds " in place.ask("/metrics", **NUMBERS).text)
    assert place.ask("/metrics", port=place.worker_port).status == 404
    done = re.compile(r'groundswell_follower_seconds_count\{follower="\w+\.\w+",verb="ballot.cast"\}')
    assert until(lambda: done.search(place.ask("/metrics", port=place.worker_port, **NUMBERS).text))
    assert place.ask("/health/ready/", Host="10.0.0.7").status == 200
    assert place.ask("/", Host="10.0.0.7").status == 400


def test_v7_without_redis_the_site_works_follow_up_waits_and_doctor_says_so(place: Site, token: str) -> None:
    well = place.run("manage.py", "doctor")
    assert "Redis" in well.stdout
    place.redis.close()
    assert place.ask("/contests/").status == 200
    said = place.ask(f"/api/v1/proposals/{VOTE}/comments/", method="POST", body={"text": "Still here."},
                     Authorization=f"Bearer {token}")  # fmt: skip
    assert said.status == 201, said.text
    assert vote(place, token).status == 200
    assert '"status": "degraded"' in place.ask("/health/ready/").text
    ill = place.run("manage.py", "doctor")
    assert ill.returncode > well.returncode
    assert re.search(r"FAIL +broker +Redis does not answer \(ConnectionError\)", ill.stdout), ill.stdout
    assert "the site works, follow-up waits" in " ".join(ill.stdout.split())
    for secret in SECRETS.values():
        assert secret not in ill.stdout + ill.stderr + well.stdout


def test_w21_no_request_says_under_which_prefix_the_site_lies(place: Site) -> None:
    """A forged SCRIPT_NAME showed the front door at /contests/, and pages while the site was shut."""
    plain = place.ask("/contests/").text
    assert place.ask("/contests/", SCRIPT_NAME="/contests").text == plain
    assert place.ask("/contests/", PATH_INFO="/help/").text == plain
