"""What the tests of offers share."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from ground import clock
from ledger import books
from wallet.models import Offer, OfferUse, Order
from wallet.services import fulfil
from wallet.services.steps import Source

HOUR = timedelta(hours=1)


def offer(*, begins_in: timedelta = -HOUR, ends_in: timedelta = 24 * HOUR, **facts: Any) -> Offer:
    """A published offer that began an hour ago: a tenth off, unless told otherwise."""
    now = clock.now()
    given: dict[str, Any] = {
        "slug": f"offer-{uuid4().hex[:8]}",
        "name": "Ten off",
        "summary": "A tenth off every package.",
        "kind": "discount",
        "basis_points": 1000,
        "starts_at": now + begins_in,
        "ends_at": now + ends_in,
        "published_at": now - HOUR,
    }
    return Offer.objects.create(**(given | facts))


def bonus(percent: int = 10, **facts: Any) -> Offer:
    """A published offer of bonus coins."""
    return offer(kind="bonus_percent", basis_points=percent * 100, **({"name": "More coins"} | facts))


def first_recharge(**facts: Any) -> Offer:
    """The bonus of a first recharge: 100 coins."""
    fixed: dict[str, Any] = {"kind": "bonus_coins", "basis_points": 0, "bonus_coins": 100}
    return offer(**(fixed | {"way": "first_recharge", "name": "Welcome"} | facts))


def land(order: Order) -> Order:
    """The buyer's return from the payment page."""
    assert order.session_id is not None
    landed = fulfil(session_id=order.session_id, source=Source.LANDING, now=clock.now())
    assert landed is not None
    return landed


def use_of(order: Order) -> tuple[str, int, int]:
    """State, discount and bonus of an order's offer."""
    use = OfferUse.objects.get(order=order)
    return use.state, use.discount_minor, use.bonus_coins


def taken(of: Offer) -> tuple[int, int]:
    """How many orders have the offer, and how many coins they got or were promised."""
    of.refresh_from_db()
    return of.uses_taken, of.coins_taken


def money(*codes: str) -> list[int]:
    """The platform's balances in US cents."""
    totals = books.totals()
    return [totals.get((code, "USD"), 0) for code in codes]
