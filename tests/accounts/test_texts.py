"""Owed texts and the Twilio-compatible gateway, against a stand-in that speaks the protocol over HTTP."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import TextMessage
from accounts.sms import delivery
from accounts.sms.gateway import GatewayBusy, GatewayRefused, GatewaySilent, NumberRefused
from accounts.sms.twilio import TwilioGateway
from accounts.sms.words import WORDS
from tests.fixtures.races import Race
from tests.fixtures.text_gateway import ACCOUNT, SENDER, TOKEN, GatewayStandIn, running_gateway
from tests.fixtures.texts import PHONE

CODE = "493027"


@pytest.fixture
def stand_in() -> Iterator[GatewayStandIn]:
    with running_gateway() as gateway:
        yield gateway


@pytest.fixture
def in_use(stand_in: GatewayStandIn, settings: Any, db: None) -> GatewayStandIn:
    """The stand-in as this installation's gateway."""
    settings.SMS_GATEWAY = "accounts.sms.twilio.TwilioGateway"
    settings.SMS_GATEWAY_OPTIONS = options(stand_in)
    return stand_in


def options(stand_in: GatewayStandIn, **changes: Any) -> dict[str, Any]:
    given = {"base_url": stand_in.base_url, "account_sid": ACCOUNT, "auth_token": TOKEN, "sender": SENDER}
    return given | {"timeout_s": 0.4} | changes


def send(stand_in: GatewayStandIn, **changes: Any) -> str:
    return TwilioGateway(**options(stand_in, **changes)).send(number=PHONE, text="Hallo, ä & ü?")


def owe() -> TextMessage:
    return delivery.owe_text(number=PHONE, kind="code", now=timezone.now(), good_for_s=600, code=CODE)


def try_to_send(text: TextMessage, *, after_s: int = 0) -> TextMessage:
    delivery.send_text(text_id=text.pk, now=timezone.now() + timedelta(seconds=after_s))
    text.refresh_from_db()
    return text


def test_a_text_arrives_as_it_was_written(stand_in: GatewayStandIn) -> None:
    assert send(stand_in) == "SM00000000000000000000000000000001"
    assert stand_in.accepted == [{"To": PHONE, "Body": "Hallo, ä & ü?", "From": SENDER}]


def test_wrong_credentials_are_for_an_operator(stand_in: GatewayStandIn) -> None:
    with pytest.raises(GatewayRefused) as refused:
        send(stand_in, auth_token="wrong")
    assert refused.value.reason == "error_20003"
    assert stand_in.accepted == []


def test_a_wrong_number_is_the_persons(stand_in: GatewayStandIn) -> None:
    with pytest.raises(NumberRefused) as refused:
        TwilioGateway(**options(stand_in)).send(number="+12", text="Hallo")
    assert refused.value.reason == "error_21211"


def test_a_sender_that_is_not_ours_is_for_an_operator(stand_in: GatewayStandIn) -> None:
    with pytest.raises(GatewayRefused, match="error_21606"):
        send(stand_in, sender="+15005550001")


@pytest.mark.parametrize(
    ("headers", "wait_s"), [({"Retry-After": "7"}, 7), ({}, 30), ({"Retry-After": "999999"}, 300)]
)
def test_a_busy_gateway_says_how_long(stand_in: GatewayStandIn, headers: dict[str, str], wait_s: int) -> None:
    stand_in.scripted = [(429, headers, {"code": 20429, "message": "Too Many Requests"})]
    with pytest.raises(GatewayBusy) as busy:
        send(stand_in)
    assert busy.value.retry_after_s == wait_s


def test_a_broken_gateway_is_tried_later(stand_in: GatewayStandIn) -> None:
    stand_in.scripted = [(503, {}, "<h1>Service Unavailable</h1>")]
    with pytest.raises(GatewayBusy, match="status_503"):
        send(stand_in)


@pytest.mark.parametrize("answer", ["hang", (201, {}, "not JSON"), (201, {}, {"status": "queued"})])
def test_an_answer_that_says_nothing_leaves_it_open(stand_in: GatewayStandIn, answer: Any) -> None:
    stand_in.scripted = [answer]
    with pytest.raises(GatewaySilent):
        send(stand_in)


def test_nobody_there_is_tried_later(stand_in: GatewayStandIn) -> None:
    with pytest.raises(GatewayBusy, match="unreachable"):
        send(stand_in, base_url="http://127.0.0.1:9")


def test_a_redirect_is_not_followed(stand_in: GatewayStandIn) -> None:
    stand_in.scripted = [(307, {"Location": f"{stand_in.base_url}/elsewhere"}, {})]
    with pytest.raises(GatewayRefused, match="status_307"):
        send(stand_in)


def test_an_owed_text_is_sent_once_and_emptied(in_use: GatewayStandIn) -> None:
    text = owe()
    assert CODE not in text.sealed_text
    sent = try_to_send(text)
    assert (sent.state, sent.sealed_text, sent.reference) == (
        "sent",
        "",
        "SM00000000000000000000000000000001",
    )
    try_to_send(text)
    assert [form["Body"][:6] for form in in_use.accepted] == [CODE]


def test_a_busy_gateway_delays_and_does_not_lose(in_use: GatewayStandIn) -> None:
    in_use.scripted = [(429, {"Retry-After": "20"}, {})]
    text = try_to_send(owe())
    assert (text.state, text.reason, text.tries) == ("owed", "rate_limited", 1)
    assert delivery.due_texts(now=timezone.now()) == []
    assert try_to_send(text, after_s=21).state == "sent"
    assert len(in_use.accepted) == 1


def test_silence_is_tried_four_times(in_use: GatewayStandIn) -> None:
    in_use.scripted = [(201, {}, "")] * 5
    text = owe()
    for after_s in (0, 60, 120, 240, 300):
        try_to_send(text, after_s=after_s)
    assert (text.state, text.tries, text.sealed_text, len(in_use.scripted)) == ("failed", 4, "", 1)


def test_a_code_that_would_come_too_late_is_not_sent(in_use: GatewayStandIn) -> None:
    text = try_to_send(owe(), after_s=601)
    assert (text.state, text.sealed_text, in_use.accepted) == ("expired", "", [])


def test_a_refusal_is_told_to_operators_without_a_secret(
    in_use: GatewayStandIn, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SMS_GATEWAY_OPTIONS = options(in_use, auth_token="wrong-token")
    caplog.set_level(logging.DEBUG)
    text = try_to_send(owe())
    assert (text.state, text.reason) == ("failed", "error_20003")
    assert f"Text {text.pk} was refused: error_20003" in caplog.text
    for secret in (CODE, "wrong-token", PHONE):
        assert secret not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_it_once(in_use: GatewayStandIn, race: Race) -> None:
    text = owe()
    race(4, lambda: delivery.send_text(text_id=text.pk, now=timezone.now()))
    assert len(in_use.accepted) == 1


def test_old_texts_are_forgotten(in_use: GatewayStandIn) -> None:
    sent, owed = try_to_send(owe()), owe()
    assert delivery.forget_old_texts(now=timezone.now() + timedelta(days=8)) == 1
    assert list(TextMessage.objects.all()) == [owed]
    assert not TextMessage.objects.filter(pk=sent.pk).exists()


@pytest.mark.parametrize("kind", WORDS)
def test_every_text_fits_one_part(kind: str) -> None:
    text = WORDS[kind].format(code="ABCD-EFGH", site="www.a-long-name-of-a-site.example")
    assert len(text) <= 160
    assert text.isascii()
