"""A payment that does not fit its order is held: nothing is credited until a person looked."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
import stripe

from accounts.models import User
from ground import clock as business_clock
from ledger import books
from provider.client import stripe_client
from provider.models import OperatorAlert
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.wallet import HostedPage, Webhooks, cash, provider_cash, unpaid_order
from tests.wallet.conftest import buy, kinds, now_of
from wallet import errors, services
from wallet.models import Order, OrderEvent
from wallet.pages import standing
from wallet.payments import Payment, mismatch
from wallet.services.fulfil import look_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


def session_for(order: Order, amount_minor: int, currency: str = "usd") -> stripe.checkout.Session:
    """A Checkout Session that names our order, made past our own code."""
    price: Any = {"currency": currency, "unit_amount": amount_minor, "product_data": {"name": "coins"}}
    session = stripe_client().v1.checkout.sessions.create(
        {
            "mode": "payment",
            "client_reference_id": str(order.pk),
            "line_items": [{"quantity": 1, "price_data": price}],
            "payment_intent_data": {"metadata": {"order": str(order.pk)}},
            "success_url": "http://testserver/",
        }
    )
    assert session.url is not None
    assert isinstance(HostedPage(session.url).pay(), httpx.Response)
    return session


@pytest.mark.parametrize(
    ("amount_minor", "currency", "reason"), [(904, "usd", "wrong_amount"), (903, "eur", "wrong_currency")]
)
def test_what_was_not_sold_is_held_and_an_operator_is_told(
    american: User, webhooks: Webhooks, amount_minor: int, currency: str, reason: str
) -> None:
    order = unpaid_order(american, 700)
    assert order.gross_minor == 903
    session_for(order, amount_minor, currency)
    webhooks.deliver_all()
    webhooks.deliver_all()

    assert now_of(order) == ("created", 0)
    assert (order.held_reason, kinds(order)) == (reason, ["held"])
    alert = OperatorAlert.objects.get(code="order_held")
    assert (alert.key, alert.times, alert.facts["amount_minor"]) == (str(order.pk), 1, amount_minor)
    assert books.totals().get(("provider.cash", "USD"), 0) == 0


def test_a_second_session_that_was_paid_is_held(
    american: User, webhooks: Webhooks, pay: Callable[..., httpx.Response]
) -> None:
    order = buy(american)
    session_for(order, 895)
    webhooks.deliver_all()
    assert now_of(order) == ("awaiting_payment", 0)
    assert order.held_reason == "second_session"


def test_our_own_commit_lost_the_race_against_the_webhook(american: User, webhooks: Webhooks) -> None:
    order = unpaid_order(american, 700)
    session = session_for(order, 903)
    webhooks.deliver_all()
    assert now_of(order) == ("credited", 700)
    assert order.session_id == session.id


def test_a_released_order_that_still_does_not_fit_is_held_again(
    american: User, webhooks: Webhooks, operator: User
) -> None:
    order = unpaid_order(american, 700)
    session_for(order, 904)
    webhooks.deliver_all()
    order.refresh_from_db()
    services.release_order(
        order=order, operator=operator, reason="Looked right to me.", now=business_clock.now()
    )
    assert now_of(order) == ("created", 0)
    assert kinds(order) == ["held", "released", "held"]
    assert order.events.get(kind="released").facts == {
        "operator": operator.pk,
        "reason": "Looked right to me.",
    }


def test_an_order_that_is_not_held_is_not_released(american: User, operator: User) -> None:
    order = buy(american)
    with pytest.raises(errors.OrderNotPayable):
        services.release_order(order=order, operator=operator, reason="?", now=business_clock.now())
    assert kinds(order) == ["created", "checkout_opened"]


def test_a_live_payment_never_credits_a_test_order(
    american: User, pay: Callable[..., httpx.Response]
) -> None:
    order = buy(american)
    pay(order)
    assert order.session_id is not None
    payment = look_up(order.session_id)
    assert mismatch(order, payment, livemode=False) == ""
    assert mismatch(order, payment, livemode=True) == "wrong_mode"


def test_a_session_of_another_order_is_not_ours(american: User, pay: Callable[..., httpx.Response]) -> None:
    order = buy(american)
    pay(order)
    assert order.session_id is not None
    payment = look_up(order.session_id)
    assert isinstance(payment, Payment)
    other = Order(pk=uuid4(), session_id=order.session_id, currency="USD", gross_minor=895)
    assert mismatch(other, payment, livemode=False) == "wrong_order"


def test_a_session_nobody_knows_changes_nothing(webhooks: Webhooks) -> None:
    price: Any = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "a hat"}}
    session = stripe_client().v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": "http://testserver/",
        }
    )
    assert session.url is not None
    HostedPage(session.url).pay()
    webhooks.deliver_all()
    assert OrderEvent.objects.count() == 0
    assert books.totals() == {}


def test_a_payment_after_the_orders_end_is_held_until_it_is_sent_back(
    american: User, fakestripe: FakeStripe, webhooks: Webhooks
) -> None:
    order = buy(american)
    Order.objects.filter(pk=order.pk).update(state="expired")
    HostedPage(order.checkout_url).pay()
    webhooks.deliver_all()
    assert (now_of(order), order.held_reason) == (("expired", 0), "paid_after_end")
    assert OperatorAlert.objects.get(code="order_held").key == str(order.pk)

    (paid,) = webhooks.events("charge.succeeded")
    stripe_client().v1.refunds.create({"charge": paid["data"]["object"]["id"]})
    webhooks.deliver_all()
    webhooks.deliver_all()
    assert (now_of(order), order.held_reason, order.refunded_minor) == (("expired", 0), "", 895)
    assert standing(order).headline == "Your payment went back to you"
    assert kinds(order)[-2:] == ["held", "refund_paid"]
    assert cash() == provider_cash(fakestripe)
