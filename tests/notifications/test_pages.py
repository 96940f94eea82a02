"""The notification centre, the counts in the frame, and the sent mails of the embedded form."""

from __future__ import annotations

import json

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

from accounts import actions as accounts
from community import actions as community
from notifications.middleware import nav_of
from notifications.models import Delivery
from tests import cast

pytestmark = pytest.mark.django_db
SIGNED_IN = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def contest():
    return cast.contest(cast.organiser())


@pytest.fixture
def ana(contest, client):
    """An author with two unread notices: a receipt and a comment."""
    ana = cast.person("Ana Author")
    proposal = cast.submitted(ana, contest)
    with cast.during(contest, "submission"):
        community.comment(by=contest.created_by, proposal=proposal, text="Who paints?")
    client.force_login(ana, backend=SIGNED_IN)
    return ana


def test_notices_say_what_happened_and_why_one_hears_of_it(ana, client):
    page = client.get(reverse("notifications")).content.decode()
    assert "commented on “Cool roofs”" in page and "because you are on the team" in page and "2 are new" in page


def test_opening_marks_as_read_and_goes_there(ana, client):
    notice = Delivery.objects.unread_by(ana).latest("pk")
    answer = client.post(reverse("notification_read", args=[notice.pk]), {"open": "yes"})
    assert (answer.status_code, answer["Location"]) == (303, notice.url)
    assert Delivery.objects.unread_by(ana).count() == 1
    client.post(reverse("notifications_read"))
    assert Delivery.objects.unread_by(ana).count() == 0


def test_looking_changes_nothing_and_others_notices_do_not_exist(ana, client):
    client.get(reverse("notifications"))
    assert Delivery.objects.unread_by(ana).count() == 2
    notice = Delivery.objects.unread_by(ana).first()
    client.force_login(cast.person("Mia"), backend=SIGNED_IN)
    assert client.post(reverse("notification_read", args=[notice.pk])).status_code == 404
    assert "Nothing yet" in client.get(reverse("notifications")).content.decode()


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get(reverse("notifications")).status_code == 302


def test_the_page_asks_as_many_questions_for_one_notice_as_for_twelve(ana, client, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(60) as asked:
            client.get(reverse("notifications"))
        return len(asked)

    count()
    two = count()
    row = Delivery.objects.on_site_for(ana).first()
    for number in range(10):
        row.pk, row.key = None, f"copy {number}"
        row.save(force_insert=True)
    assert count() == two


def test_the_frame_knows_what_waits_in_two_queries(ana, contest, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert nav_of(ana) == {"unread": 2, "judge": False, "manage": False}
    assert nav_of(contest.created_by)["manage"] is True
    assert nav_of(cast.member_of(contest, cast.person("Jude"), "judge"))["judge"] is True


def test_notices_over_rest(ana, client):
    client.logout()
    headers = {"Authorization": f"Bearer {accounts.issue_token(by=ana, name='test')}"}
    assert client.get("/api/v1/notifications/").status_code == 401
    rows = client.get("/api/v1/notifications/?unread=true", headers=headers).json()["results"]
    assert [row["notice"] for row in rows] == ["comment", "submitted"]

    def patch(data):
        return client.patch("/api/v1/notifications/", json.dumps(data), "application/json", headers=headers)

    assert patch({"ids": [rows[0]["id"]]}).json() == {"marked": 1, "unread": 1}
    assert patch({"all": True}).json() == {"marked": 1, "unread": 0}
    assert patch({"everything": True}).status_code == 400
    assert client.get("/api/v1/notifications/?unread=maybe", headers=headers).status_code == 400


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    settings.EMBEDDED = True
    with get_connection() as connection:
        for subject in ("First ¿eh?", "Second"):
            mail = EmailMultiAlternatives(subject, "Grüße\nhttps://example.org", to=["a@people.example"])
            mail.attach_alternative("<p>Grüße</p><script>alert(1)</script>", "text/html")
            connection.send_messages([mail])
    return next(tmp_path.glob("*.log")).name


def test_sent_mail_can_be_read_newest_first(mailbox, client):
    page = client.get(reverse("dev_mail")).content.decode()
    assert page.index("Second") < page.index("First ¿eh?")
    one = client.get(reverse("dev_mail_one", args=[mailbox, 0])).content.decode()
    assert "Grüße" in one and 'href="https://example.org"' in one and "<script>alert" not in one


def test_the_html_of_a_mail_may_run_nothing(mailbox, client):
    answer = client.get(reverse("dev_mail_html", args=[mailbox, 1]))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "allow-scripts" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    around = client.get(reverse("dev_mail_one", args=[mailbox, 1]))
    assert "frame-src 'self'" in around["Content-Security-Policy"]  # or the frame stays empty


@pytest.mark.parametrize("name", ["..%2f..%2fdb.sqlite3", "nothing.log", "secret_key"])
def test_only_mails_of_the_folder_can_be_read(mailbox, client, name):
    assert client.get(f"/dev/mail/{name}/0/").status_code == 404
    assert client.get(f"/dev/mail/{mailbox}/7/").status_code == 404


def test_sent_mail_is_no_page_of_a_production_site(mailbox, client, settings):
    settings.EMBEDDED = False
    for address in ("/dev/mail/", f"/dev/mail/{mailbox}/0/", f"/dev/mail/{mailbox}/0/html/"):
        assert client.get(address).status_code == 404
