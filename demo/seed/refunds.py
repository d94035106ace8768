"""Refunds where people would look for them: coins given back by their buyers, and by an operator with a reason."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import User
from demo.seed.cast import Cast
from ground import clock
from ground.errors import DomainError
from wallet.models import Order
from wallet.services import ask_refund, quote_refund, refund_as_operator
from wallet.states import OrderState

BY_BUYERS = 2
PART = 10  # of what is unspent, one coin in so many
WORTH_IT = 100  # coins left
REASON = "The stream broke off in the middle of the evening."


def give_some_back(cast: Cast) -> None:
    """This will let fans who may give back a part of their newest recharge do so, and an operator refund another."""
    now, operator = clock.now(), cast.operators[0]
    recent = Order.objects.filter(
        state=OrderState.CREDITED, user__in=cast.fans, credited_at__gt=now - timedelta(days=13)
    ).select_related("user", "storefront")
    theirs = recent.filter(withdrawal_days__gt=0).order_by("-created_at")
    for order, coins in list(_worth_it(list(theirs), None, now))[:BY_BUYERS]:
        ask_refund(order=order, coins=coins, asked_by=order.user, reason="", key="demo", now=now)
    ours = recent.filter(withdrawal_days=0).order_by("-created_at")
    for order, coins in list(_worth_it(list(ours), operator, now))[:1]:
        refund_as_operator(
            order=order, coins=coins, operator=operator, verified=True, reason=REASON, key="demo", now=now
        )


def _worth_it(orders: list[Order], asked_by: User | None, now: datetime) -> Iterator[tuple[Order, int]]:
    """Those with enough coins left, and how many of them go back; None asks as the buyer."""
    for order in orders:
        try:
            offer = quote_refund(order=order, asked_by=asked_by or order.user, now=now)
        except DomainError:  # all of it is spent
            continue
        if offer.coins_left >= WORTH_IT:
            yield order, offer.coins_left // PART
