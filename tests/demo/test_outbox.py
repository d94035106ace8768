import re

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from demo.mail import OutboxBackend
from demo.models import OutboxMessage
from tests.fixtures.accounts import totp_code

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-this-start"


@pytest.fixture(autouse=True)
def token(settings: Settings) -> None:
    settings.OVATION_DEMO_TOKEN = TOKEN


@pytest.fixture
def message() -> OutboxMessage:
    mail = EmailMultiAlternatives(
        "Your code", "The code is 123456", "Ovation <hello@example.org>", ["Alice@Example.com"]
    )
    mail.attach_alternative("<p>The code is <b>123456</b></p>", "text/html")
    OutboxBackend().send_messages([mail])
    return OutboxMessage.objects.get()


def test_a_mail_is_kept_with_both_its_parts_under_the_recipients_lower_case_address(
    message: OutboxMessage,
) -> None:
    assert (message.recipient, message.subject) == ("alice@example.com", "Your code")
    assert message.text == "The code is 123456"
    assert message.html == "<p>The code is <b>123456</b></p>"


def test_programs_read_the_newest_mail_to_somebody_first(client: Client, message: OutboxMessage) -> None:
    OutboxMessage.objects.create(recipient="bob@example.com", sender="x", subject="Not hers", text="")

    answer = client.get("/demo/outbox.json", {"to": "alice@example.com", "token": TOKEN}).json()

    assert [sent["text"] for sent in answer["messages"]] == ["The code is 123456"]


def test_people_read_it_on_a_page_that_remembers_the_token(client: Client, message: OutboxMessage) -> None:
    listing = client.get("/demo/outbox/", {"token": TOKEN})
    assert "Your code" in listing.text

    page = client.get(f"/demo/outbox/{message.pk}/")
    assert page.status_code == 200
    assert "The code is 123456" in page.text


def test_the_html_part_may_run_nothing(client: Client, message: OutboxMessage) -> None:
    policy = client.get(f"/demo/outbox/{message.pk}/html/", {"token": TOKEN})["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    "path", ["/demo/outbox/", "/demo/outbox.json", "/demo/otp/alice/", "/demo/books.json"]
)
def test_without_the_token_there_is_nothing_to_see(client: Client, message: OutboxMessage, path: str) -> None:
    for offered in ({}, {"token": "another"}, {"token": ""}):
        answer = client.get(path, offered)
        assert answer.status_code == 403
        assert "123456" not in answer.text


def test_an_empty_token_of_the_start_opens_nothing(
    client: Client, settings: Settings, message: OutboxMessage
) -> None:
    settings.OVATION_DEMO_TOKEN = ""

    assert client.get("/demo/outbox.json", {"token": ""}).status_code == 403


def test_from_another_machine_the_page_is_not_there(client: Client, message: OutboxMessage) -> None:
    assert client.get("/demo/outbox/", {"token": TOKEN}, REMOTE_ADDR="203.0.113.9").status_code == 404


def test_production_serves_none_of_it(client: Client, settings: Settings, message: OutboxMessage) -> None:
    settings.PRODUCTION = True

    assert client.get("/demo/outbox/", {"token": TOKEN}).status_code == 404


def test_the_code_page_shows_the_code_that_signs_the_person_in(client: Client, creator: User) -> None:
    shown = client.get("/demo/otp/bob.json", {"token": TOKEN}).json()

    assert shown["code"] in (totp_code(creator), totp_code(creator, steps=-1))
    assert re.fullmatch(r"\d{6}", shown["code"])
    assert 0 < shown["valid_for_s"] <= 30


def test_a_person_without_a_second_factor_has_no_code(client: Client, fan: User) -> None:
    assert client.get("/demo/otp/alice.json", {"token": TOKEN}).status_code == 404


def test_the_page_of_a_mail_may_frame_it_and_nothing_else(client: Client, message: OutboxMessage) -> None:
    policy = client.get(f"/demo/outbox/{message.pk}/", {"token": TOKEN})["Content-Security-Policy"]

    assert "frame-src 'self';" in policy
