"""Stopping an order before it is paid, and asking where the coins are."""

from collections.abc import Callable

import httpx
import pytest
from django.core.cache import cache

from accounts.models import User
from ground import clock as business_clock
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.wallet import Webhooks
from tests.wallet.conftest import buy, kinds, now_of
from wallet import errors, services
from wallet.models import Order
from wallet.services.recheck import Rechecked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


def cancel(order: Order) -> Order:
    return services.cancel_order(order=order, now=business_clock.now())


def recheck(order: Order) -> Rechecked:
    cache.clear()
    return services.recheck_order(order=order, now=business_clock.now())


def test_a_cancelled_order_cannot_be_paid_any_more(
    american: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    order = buy(american)
    page = order.checkout_url
    assert cancel(order).state == "cancelled"
    order.checkout_url = page
    assert pay(order).status_code == 410
    webhooks.deliver_all()
    assert now_of(order) == ("cancelled", 0)


def test_cancelling_twice_is_the_same(american: User) -> None:
    order = cancel(buy(american))
    assert cancel(order).state == "cancelled"
    assert kinds(order) == ["created", "checkout_opened", "cancelled"]


def test_an_order_that_was_paid_meanwhile_is_credited_instead(
    american: User, pay: Callable[..., httpx.Response]
) -> None:
    order = buy(american)
    pay(order)
    with pytest.raises(errors.OrderNotPayable):
        cancel(order)
    assert now_of(order) == ("credited", 700)


def test_a_silent_provider_cancels_nothing(american: User, fakestripe: FakeStripe) -> None:
    order = buy(american)
    fakestripe.control("faults", {"kind": "503", "path": "/v1/checkout/sessions/*", "count": 3})
    with pytest.raises(errors.StillAtProvider):
        cancel(order)
    assert now_of(order) == ("awaiting_payment", 0)


def test_a_failure_that_the_provider_only_repeats_does_not_keep_an_order_from_being_cancelled(
    american: User, fakestripe: FakeStripe
) -> None:
    order = buy(american)
    fakestripe.control("faults", {"kind": "500", "path": "/v1/checkout/sessions/*/expire", "stored": True})
    with pytest.raises(errors.StillAtProvider):
        cancel(order)
    assert cancel(order).state == "cancelled"


def test_where_are_my_coins_heals_and_shows_all_three_parties(
    american: User, pay: Callable[..., httpx.Response]
) -> None:
    order = buy(american)
    pay(order)
    rechecked = recheck(order)
    assert rechecked.order.state == "credited"
    assert [(line.party, line.is_settled) for line in rechecked.trace] == [
        ("provider", True),
        ("webhook", False),
        ("ledger", True),
    ]


def test_where_are_my_coins_says_so_when_the_provider_is_silent(
    american: User, fakestripe: FakeStripe
) -> None:
    order = buy(american)
    fakestripe.control("faults", {"kind": "503", "path": "/v1/checkout/sessions/*", "count": 3})
    trace = recheck(order).trace
    assert trace[0].words == "The payment provider does not answer just now. We keep asking."
    assert now_of(order) == ("awaiting_payment", 0)


def test_two_clicks_in_a_row_ask_the_provider_once(american: User, fakestripe: FakeStripe) -> None:
    order = buy(american)
    recheck(order)
    before = len(fakestripe.control("requests")["requests"])
    services.recheck_order(order=order, now=business_clock.now())
    assert len(fakestripe.control("requests")["requests"]) == before
