"""Mail servers fail in many ways; no mail is lost, few come twice, none stops the others (threats J4 to J7, W18)."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends import locmem

from community import actions as community
from core import clock, due, keeping
from core.models import Fact
from notifications import actions
from notifications.actions.composing import clean_subject
from notifications.models import Delivery
from tests import cast
from tests.notifications.smtp import sink

pytestmark = pytest.mark.django_db
AT = cast.START


@pytest.fixture
def server(settings):
    """Point Django at a scripted server; yields a function that starts one."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 1

    def start(script=lambda recipient, attempt: "ok"):
        return sink(script)

    def use(running):
        settings.EMAIL_PORT = running.port
        return running

    start.use = use
    return start


def waiting(number: int, **fields) -> list[Delivery]:
    """Mails to reader0, reader1, ... that wait to be sent."""
    fact = Fact.objects.create(verb="comment.written", subject="", at=AT)
    rows = [
        Delivery(
            fact=fact, address=f"reader{n}@people.example", channel="mail", key=f"{fact.pk}:{n}", notice="comment",
            subject="Hello", text="Words", html="<p>Words</p>", next_at=AT, created_at=AT,
            message_id=f"<{fact.pk}.{n}@test>", **fields,
        )
        for n in range(number)
    ]  # fmt: skip
    return Delivery.objects.bulk_create(rows)


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Delivery.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def send(minutes: float = 0) -> int:
    with clock.simulated(AT + timedelta(minutes=minutes)):
        return actions.send_waiting()


def test_a_mail_has_text_and_html_and_says_it_is_automatic(server):
    row = waiting(1)[0]
    with server() as running:
        server.use(running)
        assert send() == 1
    recipient, message = running.accepted[0]
    assert recipient == row.address and message["Message-ID"] == row.message_id
    assert message["Auto-Submitted"] == "auto-generated" and message["List-Unsubscribe"] is None
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert cast.fresh(row).state == "sent" and cast.fresh(row).sent_at


def test_a_temporary_no_is_tried_again_later_and_then_arrives(server):
    row = waiting(1)[0]
    with server(lambda recipient, attempt: "451" if attempt <= 2 else "ok") as running:
        server.use(running)
        assert [send(0), send(0), send(1), send(2)] == [0, 0, 0, 1]  # the second call comes too early to try again
    assert running.tries[row.address] == 3 and len(running.accepted) == 1
    assert cast.fresh(row).attempts == 3


def test_a_permanent_no_is_final_at_once_and_stops_nobody_else(server):
    rows = waiting(20)
    with server(lambda recipient, attempt: "550" if recipient == "reader7@people.example" else "ok") as running:
        server.use(running)
        assert send() == 19
        send(60)
    dead = cast.fresh(rows[7])
    assert states() == {"sent": 19, "dead": 1} and running.tries[dead.address] == 1
    assert "550" in dead.error


def test_a_server_that_hangs_or_hangs_up_costs_one_mail_a_try_and_not_the_batch(server):
    rows = waiting(6)
    script = {"reader1@people.example": "hang", "reader3@people.example": "drop"}
    with server(lambda recipient, attempt: script.get(recipient, "ok") if attempt == 1 else "ok") as running:
        server.use(running)
        began = time.monotonic()
        assert send() == 4
        assert time.monotonic() - began < 5
        assert send(1) == 2
    assert states() == {"sent": 6} and len(running.accepted) == len(rows)


def test_a_server_that_is_down_is_left_alone_until_the_next_round(server, settings):
    settings.EMAIL_PORT = 9  # nobody listens there
    waiting(50)
    assert send() == 0
    assert Delivery.objects.filter(attempts__gt=0).count() == 3  # then this round gave up
    with server() as running:
        server.use(running)
        assert send(1) == 50


def test_after_a_day_of_trying_a_mail_is_given_up_with_the_reason(server, settings):
    settings.EMAIL_PORT = 9
    row = waiting(1)[0]
    send(0)
    send(23 * 60)
    assert cast.fresh(row).state == "waiting"
    send(24 * 60 + 1)
    assert cast.fresh(row).state == "dead" and "refused" in cast.fresh(row).error.lower()


def test_a_sender_that_died_half_way_is_taken_over_after_its_lease_with_the_same_message_id(server):
    row = waiting(1, state="sending", lease="dead worker", attempts=1)[0]
    Delivery.objects.update(next_at=AT + timedelta(minutes=2))  # where its lease ends
    with server() as running:
        server.use(running)
        assert [send(1), send(2), send(3)] == [0, 1, 0]
    assert [message["Message-ID"] for _, message in running.accepted] == [row.message_id]


def test_a_row_that_cannot_be_written_as_a_mail_is_poison_for_itself_only(server):
    rows = waiting(3)
    Delivery.objects.filter(pk=rows[0].pk).update(address="two@people.example\nBcc: all@people.example")
    with server() as running:
        server.use(running)
        assert send() == 2
    assert states() == {"dead": 1, "sent": 2} and len(running.accepted) == 2


@pytest.mark.parametrize("title", ["Roofs\r\nBcc: all@people.example", "Roofs\x00\x07", "Ro\u202eofs", "x" * 400])
def test_no_title_adds_a_header(title):
    line = clean_subject(title)
    assert not set(line) & set("\r\n\x00\x07\u202e") and len(line) <= 200


def test_what_is_rolled_back_is_never_sent():
    contest = cast.contest(cast.organiser())
    proposal = cast.submitted(cast.person("Ana"), contest)
    mail.outbox.clear()
    before = Delivery.objects.count()
    from core.database import write

    with cast.during(contest, "submission"):
        for _ in range(20):
            with pytest.raises(ZeroDivisionError), write():
                community.comment(by=contest.created_by, proposal=proposal, text="Never happened")
                raise ZeroDivisionError
    assert not Fact.objects.filter(verb="comment.written").exists()
    assert (Delivery.objects.count(), len(mail.outbox)) == (before, 0)


def test_telling_twice_makes_no_second_delivery():
    contest = cast.contest(cast.organiser())
    cast.submitted(cast.person("Ana"), contest)
    sent, rows = len(mail.outbox), Delivery.objects.count()
    with clock.simulated(cast.moment(contest, "submission")):
        for fact in Fact.objects.filter(verb="proposal.submitted"):
            actions.fan_out(fact)
            actions.fan_out(fact)
        actions.send_waiting()
        due.run_pending()
    assert (len(mail.outbox), Delivery.objects.count()) == (sent, rows)


def test_a_message_id_is_the_same_for_every_attempt_and_different_for_every_mail():
    contest = cast.contest(cast.organiser())
    proposal = cast.submitted(cast.person("Ana"), contest)
    cast.join(proposal, cast.person("Ben"))
    with cast.during(contest, "submission"):
        community.comment(by=contest.created_by, proposal=proposal, text="Hello")
    ids = [message.message()["Message-ID"] for message in mail.outbox]
    assert len(ids) == len(set(ids)) == 3
    assert not any("people.example" in message_id for message_id in ids)


def test_what_people_write_is_text_in_the_html_mail():
    contest = cast.contest(cast.organiser())
    proposal = cast.submitted(cast.person("Ana"), contest, title="<img src=x> & co")
    with cast.during(contest, "submission"):
        text = "<script>alert(1)</script>\n\nButton: https://evil.example\n\nSubject: gotcha"
        community.comment(by=contest.created_by, proposal=proposal, text=text)
    html = Delivery.objects.get(notice="comment", channel="mail").html
    assert "<script>" not in html and "<img" not in html and "&lt;img src=x&gt; &amp; co" in html
    assert 'href="https://evil.example' not in html and html.count("<a ") == 5


class RestoredMeanwhile(locmem.EmailBackend):
    """A mail server; while it takes the first mail, somebody restores a backup over the site."""

    def send_messages(self, messages):
        Fact.objects.create(verb=keeping.RESTORED, at=clock.now())
        return super().send_messages(messages)


def test_j12_a_worker_in_the_middle_of_its_mails_sends_none_of_a_copy_restored_under_it(settings, mailoutbox):
    waiting(3)
    settings.EMAIL_BACKEND = f"{__name__}.RestoredMeanwhile"
    assert send() == 1
    assert len(mailoutbox) == 1 and states() == {"sent": 1, "waiting": 2}
