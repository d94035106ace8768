"""A recharge from the first click to the coins, against the real simulated provider."""

from uuid import uuid4

import pytest

from ground import clock as business_clock
from ledger import books
from tests.fixtures.wallet import CARD_3DS, CARD_DECLINED, HostedPage, cash, inbox_states, provider_cash
from wallet import services
from wallet.models import Order, OrderEvent
from wallet.services.steps import Source

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


def buy(fan, package="coins-700", **wanted):
    wanted = wanted or {"package": package}
    return services.create_order(user=fan, key=f"test:{uuid4()}", now=business_clock.now(), **wanted)


def kinds(order):
    return list(order.events.values_list("kind", flat=True))


def coins(fan):
    return books.balance(fan.ledger_id, "coins", "COIN")


@pytest.fixture
def american(person):
    """Ana buys in the default storefront: US dollars, no tax."""
    return person("ana", country="US", totp_secret=None)


def test_a_paid_order_becomes_coins_by_its_webhook(american, pay, webhooks, fakestripe):
    order = buy(american)
    assert (order.state, order.gross_minor, order.currency) == ("awaiting_payment", 895, "USD")

    assert pay(order).status_code == 303
    webhooks.deliver_all()

    order.refresh_from_db()
    assert (order.state, coins(american)) == ("credited", 700)
    assert kinds(order) == ["created", "checkout_opened", "paid", "credited", "fee_booked"]
    assert inbox_states()["checkout.session.completed"] == "done"
    assert cash() == provider_cash(fakestripe) == 895 - order.fee_minor
    assert books.imbalance() == {}
