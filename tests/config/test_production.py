from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import TextAddress
from config.production import refuse_unsafe_settings

SAFE_SETTINGS: dict[str, Any] = {
    "SECRET_KEY": "k3Jx-92mQ_vTb7LwPz0RsYdHnGfAe5UcXi8oKj4lMqWrEtDyVb",
    "DEBUG": False,
    "STRIPE_SECRET_KEY": "sk_live_0123456789abcdefghijklmn",
    "STRIPE_API_HOST": "https://api.stripe.com",
    "STRIPE_WEBHOOK_SECRET": "whsec_a",
    "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_b",
    "SITE_IS_HTTPS": True,
    "PHONE_SIGN_UP": True,
    "SMS_GATEWAY": "accounts.sms.twilio.TwilioGateway",
    "SMS_OUTBOX": "demo.sms.OutboxGateway",
    "DATABASE_ROLES_ARE_ONE": False,
}
SAFE_ENVIRONMENT = {
    "EMAIL_URL": "smtp+tls://u:p@mail.example.org:587",
    "DATABASE_URL": "postgresql://app@db/ovation",
    "DATABASE_OWNER_URL": "postgresql://owner@db/ovation",
}


def test_production_starts_when_everything_is_in_order() -> None:
    refuse_unsafe_settings(SAFE_SETTINGS, SAFE_ENVIRONMENT)


@pytest.mark.parametrize(
    ("settings", "environment", "words"),
    [
        ({"DEBUG": True}, {}, "OVATION_DEBUG"),
        ({"SECRET_KEY": "short"}, {}, "OVATION_SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, {}, "OVATION_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": "sk_test_fake0123456789abcdefghij"}, {}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_SECRET_KEY": ""}, {}, "STRIPE_SECRET_KEY"),
        ({"STRIPE_API_HOST": "http://127.0.0.1:12111"}, {}, "STRIPE_API_HOST"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, {}, "STRIPE_WEBHOOK_SECRET"),
        ({"SITE_IS_HTTPS": False}, {}, "OVATION_SITE_URL"),
        ({"SMS_GATEWAY": "demo.sms.OutboxGateway"}, {}, "OVATION_SMS_URL"),
        ({"DATABASE_ROLES_ARE_ONE": True}, {}, "same role"),
        ({}, {"EMAIL_URL": ""}, "EMAIL_URL"),
        ({}, {"OVATION_CLOCK_FILE": "clock.json"}, "OVATION_CLOCK_FILE"),
        ({}, {"OVATION_DEMO_TOKEN": "t"}, "OVATION_DEMO_TOKEN"),
        ({}, {"OVATION_SUPERUSER_URL": "postgresql://postgres@db/ovation"}, "OVATION_SUPERUSER_URL"),
    ],
)
def test_production_refuses_and_names_the_reason(
    settings: dict[str, Any], environment: dict[str, str], words: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        refuse_unsafe_settings(SAFE_SETTINGS | settings, SAFE_ENVIRONMENT | environment)


def test_without_joining_by_phone_no_gateway_is_needed() -> None:
    outbox = {"SMS_GATEWAY": "demo.sms.OutboxGateway", "PHONE_SIGN_UP": False}
    refuse_unsafe_settings(SAFE_SETTINGS | outbox, SAFE_ENVIRONMENT)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://AC1:token@api.twilio.com?from=%2B15005550006",
        "twilio://api.twilio.com?from=%2B15005550006",
        "twilio://AC1:token@api.twilio.com",
        "twilio+http://AC1:token@sms.example.org?from=%2B15005550006",
    ],
)
def test_a_text_gateway_that_cannot_be_right_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("OVATION_SMS_URL", url)
    with pytest.raises(ImproperlyConfigured, match="OVATION_SMS_URL"):
        TextAddress.parse("OVATION_SMS_URL")


def test_a_text_gateway_is_read_from_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVATION_SMS_URL", "twilio://AC1:to%2Fken@sms.example.org:8443?from=+15005550006")
    assert TextAddress.parse("OVATION_SMS_URL").options() == {
        "base_url": "https://sms.example.org:8443",
        "account_sid": "AC1",
        "auth_token": "to/ken",
        "sender": "+15005550006",
    }


def test_every_reason_is_named_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        refuse_unsafe_settings(SAFE_SETTINGS | {"DEBUG": True, "SITE_IS_HTTPS": False}, SAFE_ENVIRONMENT)

    assert str(refusal.value).count("\n- ") == 2
