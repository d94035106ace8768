"""What the tests of refunds share: an order that a real payment credited, coins given away, what both sides hold."""

from typing import Any
from uuid import uuid4

from accounts.models import User
from gifts.models import Gift
from gifts.services import send_gift
from ground import clock
from ledger import books
from live.models import Room
from provider.client import stripe_client
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.wallet import CARD_OK, HostedPage, cash, provider_cash
from tests.wallet.conftest import buy
from wallet import services
from wallet.models import Order, Refund, Storefront
from wallet.services.steps import Source

CARD_REFUND_LATER = "4000000000007726"  # a refund is pending for a day
CARD_REFUND_FAILS = "4000000000005126"  # a refund succeeds, and fails after a day


def allow_withdrawal(days: int = 14) -> None:
    """Every storefront promises to take unspent coins back."""
    Storefront.objects.update(refund_policy="eu_withdrawal", withdrawal_days=days)


def bought(fan: User, package: str = "coins-700", *, card: str = CARD_OK, **wanted: Any) -> Order:
    """An order that was paid at the provider and credited."""
    order = buy(fan, package, **wanted)
    HostedPage(order.checkout_url).pay(card)
    assert order.session_id is not None
    credited = services.fulfil(session_id=order.session_id, source=Source.LANDING, now=clock.now())
    assert credited is not None
    assert credited.state == "credited"
    return credited


def ask(order: Order, coins: int | None = None, *, by: User | None = None, key: str = "") -> Refund:
    """A refund, by its buyer unless `by` says who."""
    return services.ask_refund(
        order=order,
        coins=coins,
        asked_by=by or order.user,
        reason="",
        key=key or str(uuid4()),
        now=clock.now(),
    )


def outside(order: Order, amount_minor: int | None = None) -> str:
    """A refund made in the provider's own dashboard; its id there."""
    params: dict[str, Any] = {"charge": order.charge_id}
    if amount_minor is not None:
        params["amount"] = amount_minor
    return stripe_client().v1.refunds.create(params).id  # type: ignore[arg-type]


def give(fan: User, room: Room, rose: Gift, quantity: int) -> None:
    """Spend ten coins for each rose."""
    send_gift(
        sender=fan, room_id=room.pk, gift=rose.slug, quantity=quantity, coins=quantity * 10, key=str(uuid4()),
        now=clock.now(),
    )  # fmt: skip


def at_provider(order: Order) -> list[tuple[int, str]]:
    """(amount, status) of the refunds that the provider has of an order's charge."""
    listed = stripe_client().v1.refunds.list({"charge": order.charge_id}).to_dict()["data"]
    return [(one["amount"], one["status"]) for one in listed]


def both_agree(fakestripe: FakeStripe, currency: str = "USD") -> None:
    """The books balance, hold what the provider holds, and nothing is left on the way."""
    assert books.imbalance() == {}
    assert cash(currency) == provider_cash(fakestripe, currency.lower())
    assert books.totals().get(("refund.clearing", "USD"), 0) == 0
