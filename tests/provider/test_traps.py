"""Where dj-stripe's own webhook view falls, and what ours does instead: the order is that of docs/webhook-door.md.

What only concerns one delivery at the door is in test_door.py; here is what goes on behind it.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.test import override_settings
from djstripe.models import Charge, Event, PaymentIntent, WebhookEventTrigger

from accounts.models import User
from ground import clock as business_clock
from provider import listing, mirror, work
from provider.models import InboxEvent, OperatorAlert
from tests.fixtures.races import Race
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import Webhooks, signature, work_off_inbox
from tests.provider.test_door import event
from tests.wallet.conftest import buy, now_of
from wallet.services.sweep import check_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

type Pay = Callable[..., httpx.Response]


def odd_event(fakestripe: FakeStripe, **given: Any) -> dict[str, Any]:
    """An event that the provider sends out of the ordinary, as it would be posted."""
    made: dict[str, Any] = fakestripe.control("events", given)
    return made


def mirror_all() -> None:
    for event_pk in InboxEvent.objects.filter(mirrored_at=None).values_list("pk", flat=True):
        mirror.feed(event_pk=event_pk)


def found_by_listing(type_: str) -> bool:
    listing.find_lost_events()
    return InboxEvent.objects.filter(source="listing", type=type_).exists()


def test_fifty_false_signatures_leave_no_row_anywhere(webhooks: Webhooks) -> None:
    answers = [webhooks.deliver(event(), secret="whsec_wrong").status_code for _ in range(50)]
    assert set(answers) == {400, 429}
    assert WebhookEventTrigger.objects.count() == Event.objects.count() == 0
    assert InboxEvent.objects.count() == OperatorAlert.objects.count() == 0


@pytest.mark.parametrize("signed", [True, False])
def test_three_megabytes_are_refused_and_counted(webhooks: Webhooks, signed: bool) -> None:
    whole = json.dumps(event(data={"object": {"id": "cus_1", "padding": "x" * 3_000_000}})).encode()
    secret = "" if signed else "whsec_wrong"
    assert webhooks.post(whole, secret=secret).status_code == 400
    answers = [webhooks.post(whole[:1_000_001], secret=secret).status_code for _ in range(30)]
    assert (answers[:29], answers[29]) == ([400] * 29, 429)
    assert webhooks.deliver(event()).status_code == 200


@override_settings(DEBUG=True)
def test_debug_opens_no_second_door(webhooks: Webhooks) -> None:
    body = json.dumps(event()).encode()
    forged = {"Stripe-Signature": signature(body, "whsec_mine"), "x-djstripe-webhook-secret": "whsec_mine"}
    assert webhooks.post(body, headers=forged).status_code == 400
    assert InboxEvent.objects.count() == 0


@pytest.mark.parametrize("kind", ["500", "429", "503", "done_but_answer_lost"])
def test_a_provider_in_trouble_delays_the_coins_and_answers_the_webhook(
    fan: User, pay: Pay, webhooks: Webhooks, fakestripe: FakeStripe, kind: str
) -> None:
    order = buy(fan)
    pay(order)
    (completed,) = webhooks.events("checkout.session.completed")
    fakestripe.control("faults", {"kind": kind, "path": "/v1/checkout/*", "count": 10})
    assert webhooks.deliver(completed).status_code == 200
    work_off_inbox()
    assert now_of(order)[1] == 0
    _calm(fakestripe)
    InboxEvent.objects.update(next_attempt_at=business_clock.wall() - timedelta(seconds=1))
    work_off_inbox()
    assert now_of(order) == ("credited", 700)
    assert InboxEvent.objects.get().status == "done"


def _calm(fakestripe: FakeStripe) -> None:
    headers = {"X-Fakestripe-Token": fakestripe.token}
    httpx.delete(f"{fakestripe.url}/_control/faults", headers=headers).raise_for_status()


def test_the_mirror_in_trouble_takes_it_later(
    fan: User, pay: Pay, webhooks: Webhooks, fakestripe: FakeStripe
) -> None:
    pay(buy(fan))
    webhooks.deliver_all("charge.succeeded")
    fakestripe.control("faults", {"kind": "500", "path": "/v1/charges*", "count": 20})
    mirror_all()
    assert Charge.objects.count() == 0
    _calm(fakestripe)
    mirror_all()
    assert Charge.objects.get().stripe_data["status"] == "succeeded"


def test_completed_and_paid_later_credit_once(
    fan: User, pay: Pay, webhooks: Webhooks, fakestripe: FakeStripe
) -> None:
    order = buy(fan)
    pay(order)
    (completed,) = webhooks.events("checkout.session.completed")
    paid = odd_event(
        fakestripe, type="checkout.session.async_payment_succeeded", object=completed["data"]["object"]
    )
    for one in (completed, paid, completed, paid):
        assert webhooks.deliver(one).status_code == 200
    work_off_inbox()
    assert now_of(order) == ("credited", 700)
    assert set(InboxEvent.objects.values_list("status", flat=True)) == {"done"}


def test_a_late_created_changes_nothing(fan: User, pay: Pay, webhooks: Webhooks) -> None:
    order = buy(fan)
    pay(order)
    for one in reversed(webhooks.events("payment_intent.created", "payment_intent.succeeded")):
        webhooks.deliver(one)
        work_off_inbox()
        mirror_all()
    assert now_of(order) == ("credited", 700)
    assert PaymentIntent.objects.get().stripe_data["status"] == "succeeded"


def test_an_event_of_the_other_mode_is_answered_and_told(
    fan: User, pay: Pay, webhooks: Webhooks, fakestripe: FakeStripe
) -> None:
    order = buy(fan)
    pay(order)
    live = odd_event(
        fakestripe, type="checkout.session.completed", object=order.session_id or "", livemode=True
    )
    assert webhooks.deliver(live).status_code == 200
    work_off_inbox()
    mirror_all()
    assert (now_of(order)[1], InboxEvent.objects.get().note) == (0, "wrong mode")
    assert OperatorAlert.objects.get().code == "wrong_mode"
    assert Event.objects.count() == 0


def test_an_unknown_type_is_kept_and_does_nothing(webhooks: Webhooks, fakestripe: FakeStripe) -> None:
    strange = odd_event(fakestripe, type="moon.rose", object={"id": "moon_1", "object": "moon"})
    assert webhooks.deliver(strange).status_code == 200
    work_off_inbox()
    mirror_all()
    kept = InboxEvent.objects.get()
    assert (kept.status, kept.mirrored_at is not None, kept.mirror_error) == ("ignored", True, "")
    assert OperatorAlert.objects.count() == 0


def test_an_unknown_version_is_worked_off_by_what_the_provider_says_now(
    fan: User, pay: Pay, webhooks: Webhooks, fakestripe: FakeStripe
) -> None:
    order = buy(fan)
    pay(order)
    bare = {"id": order.session_id, "object": "checkout.session", "payment_status": "unheard-of"}
    future = odd_event(
        fakestripe, type="checkout.session.completed", object=bare, api_version="2099-01-01.moon"
    )
    assert webhooks.deliver(future).status_code == 200
    work_off_inbox()
    assert now_of(order) == ("credited", 700)


def test_an_object_that_is_gone_ends_its_event(
    fan: User, pay: Pay, webhooks: Webhooks, fakestripe: FakeStripe
) -> None:
    order = buy(fan)
    pay(order)
    (completed,) = webhooks.events("checkout.session.completed")
    fakestripe.control("deletions", {"id": order.session_id})
    assert webhooks.deliver(completed).status_code == 200
    work_off_inbox()
    assert (now_of(order)[1], InboxEvent.objects.get().status) == (0, "ignored")


def test_events_of_one_payment_at_once_are_mirrored(
    fan: User, pay: Pay, webhooks: Webhooks, race: Race
) -> None:
    pay(buy(fan))
    webhooks.deliver_all()
    keys = iter(list(InboxEvent.objects.values_list("pk", flat=True)))
    race(InboxEvent.objects.count(), lambda: mirror.feed(event_pk=next(keys)))
    mirror_all()
    assert InboxEvent.objects.filter(mirrored_at=None).count() == 0
    assert (PaymentIntent.objects.count(), Charge.objects.count()) == (1, 1)


def test_a_delivery_31_days_late_credits_once(fan: User, pay: Pay, webhooks: Webhooks, clock: Clock) -> None:
    order = buy(fan)
    pay(order)
    (completed,) = webhooks.events("checkout.session.completed")
    clock.advance(days=31)
    assert not found_by_listing("checkout.session.completed")  # the provider has forgotten it
    assert webhooks.deliver(completed).status_code == 200
    work_off_inbox()
    assert now_of(order) == ("credited", 700)
    check_order(order_id=order.pk, now=business_clock.now())
    assert webhooks.deliver(completed).status_code == 200
    work_off_inbox()
    assert now_of(order) == ("credited", 700)


def test_an_order_whose_events_were_all_lost_is_healed_after_31_days(
    fan: User, pay: Pay, clock: Clock
) -> None:
    order = buy(fan)
    pay(order)
    clock.advance(days=31)
    assert not found_by_listing("checkout.session.completed")
    check_order(order_id=order.pk, now=business_clock.now())
    assert now_of(order) == ("credited", 700)


def test_a_failing_event_is_tried_again_after_its_pause(
    fan: User, pay: Pay, webhooks: Webhooks, fakestripe: FakeStripe
) -> None:
    pay(buy(fan))
    (completed,) = webhooks.events("checkout.session.completed")
    fakestripe.control("faults", {"kind": "503", "path": "/v1/checkout/*", "count": 10})
    webhooks.deliver(completed)
    work_off_inbox()
    kept = InboxEvent.objects.get()
    assert (kept.status, kept.attempts, work.due()) == ("received", 1, [])
    assert kept.next_attempt_at > business_clock.wall() + timedelta(seconds=3)
