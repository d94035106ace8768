"""Mails are owed with what they tell, and go out once, with the person's own phrase."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.test import Client

from accounts import hooks, mails, services
from accounts.mails import Mail
from accounts.models import OwedMail, User, WantedTopic
from accounts.unsubscribing import token_of
from ground import clock as business_clock
from provider.models import OperatorAlert
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.races import Race

NOTICE = mails.notice_facts(at=business_clock.wall(), ip="192.0.2.7", user_agent="curl/8")
STARTED = Mail(
    "{name} is live",
    "{name} is live",
    ("“{title}” has begun.",),
    topic="room_starts",
    good_for=timedelta(hours=1),
)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> str:
    """An optional kind of mail."""
    monkeypatch.setitem(mails.MAILS, "test_started", STARTED)
    return "test_started"


def owe(user: User, kind: str = "account/email/password_changed", **facts: str) -> None:
    """Owe a mail now, in a transaction of its own."""
    with transaction.atomic():
        services.owe_mail(user=user, kind=kind, facts=NOTICE | facts, now=business_clock.now())


def send() -> int:
    """Send what is due now."""
    return services.send_owed_mails(now=business_clock.now())


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once_and_keep_no_facts(
    fan: User, race: Race, mailoutbox: list[EmailMessage]
) -> None:
    for _ in range(3):
        owe(fan)
    assert sum(race(2, send)) == len(mailoutbox) == 3
    assert [(mail.facts, mail.to) for mail in OwedMail.objects.exclude(sent_at=None)] == [({}, "")] * 3
    assert send() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_owes_nothing(fan: User) -> None:
    with transaction.atomic():
        owe(fan)
        transaction.set_rollback(True)
    assert not OwedMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_missing_fact_is_refused_where_it_is_owed(fan: User) -> None:
    with pytest.raises(KeyError):
        owe(fan, "account/email/email_changed")
    assert not OwedMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_loses_none_and_is_told_of(
    fan: User, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(fan)
    now = business_clock.now()

    def nobody_there(*_: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as down:
        down.setattr("django.core.mail.EmailMultiAlternatives.send", nobody_there)
        for day in range(13):
            assert services.send_owed_mails(now=now + timedelta(days=day)) == 0
    alert = OperatorAlert.objects.get(code="mail_stuck")
    assert (alert.times, alert.key) == (1, str(OwedMail.objects.get().pk))
    assert services.send_owed_mails(now=now + timedelta(days=12)) == 0  # not before its time
    assert services.send_owed_mails(now=now + timedelta(days=13)) == len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_the_phrase_stands_in_text_and_html_of_ones_own_mails_only(
    fan: User, stranger: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    services.set_phrase(user=fan, phrase="blue <giraffe>", now=business_clock.now())
    send()
    mailoutbox.clear()
    owe(fan)
    owe(stranger)
    send()
    hers, his = mailoutbox
    assert "Your phrase: blue <giraffe>" in hers.body
    assert "blue &lt;giraffe&gt;" in str(hers.alternatives[0][0])
    assert "giraffe" not in his.body + str(his.alternatives[0][0])


@pytest.mark.django_db(transaction=True)
def test_a_changed_password_is_told_by_mail(
    client: Client, fan: User, mailoutbox: list[EmailMessage]
) -> None:
    client.post("/accounts/login/", {"login": fan.email, "password": PASSWORD})
    new = "another clap seen as sound"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    send()
    assert "Your password was changed" in [mail.subject for mail in mailoutbox]


@pytest.mark.django_db(transaction=True)
def test_optional_mails_reach_only_who_asked_and_are_dropped_when_late(
    fan: User, stranger: User, started: str, mailoutbox: list[EmailMessage]
) -> None:
    services.want_topic(user=fan, topic="room_starts", wanted=True)
    facts, now = {"name": "Bob", "title": "Jazz"}, business_clock.now()
    for _ in range(2):
        services.owe_mails(users=[fan, stranger], kind=started, facts=facts, now=now)
    assert [mail.user for mail in OwedMail.objects.all()] == [fan, fan]
    OwedMail.objects.filter(pk=OwedMail.objects.order_by("pk")[0].pk).update(owed_at=now - timedelta(hours=2))
    assert send() == 1
    assert [mail.subject for mail in mailoutbox] == ["Bob is live"]
    assert OwedMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_turned_off_meanwhile_it_is_not_sent(fan: User, started: str, mailoutbox: list[EmailMessage]) -> None:
    services.want_topic(user=fan, topic="room_starts", wanted=True)
    owe(fan, started, name="Bob", title="Jazz")
    services.want_topic(user=fan, topic="room_starts", wanted=False)
    assert (send(), mailoutbox, OwedMail.objects.count()) == (0, [], 0)


@pytest.mark.django_db(transaction=True)
def test_one_click_ends_the_topic_without_a_session(
    fan: User, started: str, mailoutbox: list[EmailMessage]
) -> None:
    services.want_topic(user=fan, topic="room_starts", wanted=True)
    owe(fan, started, name="Bob", title="Jazz")
    send()
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    mail_program = Client(enforce_csrf_checks=True)
    assert mail_program.get(path).status_code == 200
    assert WantedTopic.objects.count() == 1  # looking does nothing
    assert mail_program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert WantedTopic.objects.count() == 0


@pytest.mark.django_db
def test_a_link_we_did_not_write_is_refused(client: Client, fan: User) -> None:
    services.want_topic(user=fan, topic="room_starts", wanted=True)
    token = token_of(fan, "room_starts")
    assert client.post(f"/unsubscribe/{token[:-1]}{'a' if token[-1] != 'a' else 'b'}/").status_code == 404
    assert WantedTopic.objects.count() == 1


@pytest.mark.django_db
def test_security_mails_carry_no_way_to_stop_them(fan: User, mailoutbox: list[EmailMessage]) -> None:
    assert {mails.MAILS[kind].topic for kind in mails.MAILS if "/email/" in kind} == {""}


@pytest.mark.django_db
def test_erasing_a_person_erases_what_mails_say(fan: User, page_as: Callable[[User], Client]) -> None:
    services.want_topic(user=fan, topic="room_starts", wanted=True)
    services.set_phrase(user=fan, phrase="blue giraffe", now=business_clock.now())
    for _ in range(2):
        hooks.erase_person.call_all(fan)
    fan.refresh_from_db()
    assert not OwedMail.objects.exists()
    assert not WantedTopic.objects.exists()
    assert not hasattr(fan, "anti_phishing_phrase")
