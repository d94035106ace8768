"""The webhook door: what the provider sends gets in once, everything else leaves nothing behind."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import get_resolver

from provider.models import InboxEvent, OperatorAlert
from tests.fixtures.races import Race
from tests.fixtures.wallet import Webhooks, signature

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def door() -> Webhooks:
    return Webhooks()


def event(**other: Any) -> dict[str, Any]:
    """An event as small as the provider could make it."""
    whole = {
        "id": "evt_1",
        "object": "event",
        "type": "customer.created",
        "created": 1_790_000_000,
        "livemode": False,
        "data": {"object": {"id": "cus_1", "object": "customer"}},
    }
    return whole | other


def test_a_signed_event_is_kept_once_however_often_it_comes(door: Webhooks) -> None:
    assert [door.deliver(event()).status_code for _ in range(3)] == [200, 200, 200]
    kept = InboxEvent.objects.get()
    assert (kept.event_id, kept.status, kept.object_id) == ("evt_1", "received", "cus_1")


def test_the_same_event_at_once_is_kept_once(door: Webhooks, race: Race) -> None:
    assert race(5, lambda: Webhooks().deliver(event()).status_code) == [200] * 5
    assert InboxEvent.objects.count() == 1


@pytest.mark.parametrize("age_s", [301, 3_600])
def test_an_old_signature_is_refused_and_tells_the_operators_once(door: Webhooks, age_s: int) -> None:
    assert door.deliver(event(), age_s=age_s).status_code == 400
    assert door.deliver(event(), age_s=age_s).status_code == 400
    assert InboxEvent.objects.count() == 0
    assert OperatorAlert.objects.get(code="webhook_clock").times == 2


def test_a_signature_from_a_clock_ahead_of_ours_is_accepted(door: Webhooks) -> None:
    assert door.deliver(event(), age_s=-3_600).status_code == 200


@pytest.mark.parametrize(
    "header",
    ["", "t=1", "v1=ab", "t=x,v1=ab", "t=1,v1=" + "0" * 64, "t=9,v0=ab", "=" * 5000, "t=1e400,v1=zz", "🙂"],
)
def test_a_forged_signature_leaves_nothing(door: Webhooks, header: str) -> None:
    body = json.dumps(event()).encode()
    answer = Client().post("/webhooks/stripe/", body, "application/json", HTTP_STRIPE_SIGNATURE=header)
    assert answer.status_code == 400
    assert answer.json()["code"] == "webhook_refused"
    assert (InboxEvent.objects.count(), OperatorAlert.objects.count()) == (0, 0)


def test_no_signature_is_refused(door: Webhooks) -> None:
    assert Client().post("/webhooks/stripe/", json.dumps(event()), "application/json").status_code == 400


def test_each_endpoint_knows_its_own_secret_only(door: Webhooks) -> None:
    connect = "/webhooks/stripe/connect/"
    assert door.deliver(event(), path=connect).status_code == 400
    secret = settings.STRIPE_CONNECT_WEBHOOK_SECRET
    assert door.deliver(event(account="acct_1"), secret=secret, path=connect).status_code == 200
    assert InboxEvent.objects.get().account == "acct_1"


def test_two_secrets_work_while_one_is_rolled(door: Webhooks) -> None:
    old, new = settings.STRIPE_WEBHOOK_SECRET, "whsec_new"
    with override_settings(STRIPE_WEBHOOK_SECRET=f"{new}, {old}"):
        assert door.deliver(event(id="evt_old"), secret=old).status_code == 200
        assert door.deliver(event(id="evt_new"), secret=new).status_code == 200


def test_two_signatures_in_one_header_are_enough_if_one_is_right(door: Webhooks) -> None:
    body = json.dumps(event()).encode()
    right = signature(body, settings.STRIPE_WEBHOOK_SECRET)
    header = right.replace(",v1=", f",v1={'0' * 64},v1=")
    assert door.post(body, headers={"Stripe-Signature": header}).status_code == 200


def test_without_a_secret_nobody_gets_in(door: Webhooks) -> None:
    with override_settings(STRIPE_WEBHOOK_SECRET=""):
        assert door.deliver(event(), secret="x").status_code == 400
        body = json.dumps(event()).encode()
        assert door.post(body, headers={"Stripe-Signature": signature(body, "")}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"123",
        b"[]",
        b'"text"',
        b"{}",
        b"{",
        b"\x00",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": NaN}',
        b'{"id": 1e999}',
        json.dumps(event(id="")).encode(),
        json.dumps(event(id=7)).encode(),
        json.dumps(event(id="e" * 256)).encode(),
        json.dumps(event(type=None)).encode(),
        json.dumps(event(livemode="no")).encode(),
        json.dumps(event(created=True)).encode(),
        json.dumps(event(created=2**40)).encode(),
        json.dumps(event(data=[])).encode(),
        json.dumps(event(data={"object": None})).encode(),
        json.dumps(event(object="v2.core.event")).encode(),
        json.dumps(event(account=5)).encode(),
        b" " * 1_000_001,
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(door: Webhooks, body: bytes) -> None:
    assert door.post(body).status_code == 400
    assert InboxEvent.objects.count() == 0


def test_nul_and_lone_surrogates_are_made_harmless(door: Webhooks) -> None:
    body = json.dumps(event(data={"object": {"id": "cus_1", "name": "a\x00b\ud800c"}})).encode()
    assert door.post(body).status_code == 200
    assert InboxEvent.objects.get().subject["name"] == "a\ufffdb?c"


@pytest.mark.parametrize("junk", ["not-an-ip", "1.2.3.4, ::::", "\u0000", "' OR 1=1", "9" * 4000])
def test_what_the_forwarded_header_says_is_harmless(door: Webhooks, junk: str) -> None:
    assert door.deliver(event(), headers={"X-Forwarded-For": junk}).status_code == 200


def test_a_header_cannot_choose_the_secret(door: Webhooks) -> None:
    body = json.dumps(event()).encode()
    forged = {"Stripe-Signature": signature(body, "whsec_mine"), "x-djstripe-webhook-secret": "whsec_mine"}
    assert door.post(body, headers=forged).status_code == 400
    assert InboxEvent.objects.count() == 0


def test_dj_stripes_own_webhook_view_is_not_there() -> None:
    assert "djstripe" not in str(get_resolver().namespace_dict.keys())


def test_many_forgeries_are_turned_away_and_the_provider_still_gets_in(door: Webhooks) -> None:
    statuses = [door.deliver(event(), secret="whsec_wrong").status_code for _ in range(35)]
    assert statuses == [400] * 30 + [429] * 5
    assert door.deliver(event(), secret="whsec_wrong").headers["Retry-After"] == "60"
    assert door.deliver(event()).status_code == 200
    assert InboxEvent.objects.count() == 1


def test_only_post_is_answered() -> None:
    assert Client().get("/webhooks/stripe/").status_code == 405
