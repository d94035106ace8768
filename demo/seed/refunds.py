"""A refund where people would look for one: some coins of a recent recharge, given back for their price."""

from datetime import timedelta

from demo.seed.cast import Cast
from ground import clock
from ground.errors import DomainError
from wallet.models import Order
from wallet.services import ask_refund, quote_refund
from wallet.states import OrderState

REFUNDS = 2
PART = 10  # of what is unspent, one coin in so many
WORTH_IT = 100  # coins left


def give_some_back(cast: Cast) -> None:
    """This will let the first fans who may give back a part of their newest recharge do so."""
    now = clock.now()
    promised = Order.objects.filter(state=OrderState.CREDITED, withdrawal_days__gt=0, user__in=cast.fans)
    recent = promised.filter(credited_at__gt=now - timedelta(days=13)).select_related("user", "storefront")
    given = 0
    for order in recent.order_by("-created_at"):
        try:
            offer = quote_refund(order=order, asked_by=order.user, now=now)
        except DomainError:  # all of it is spent
            continue
        if offer.coins_left < WORTH_IT:
            continue
        ask_refund(
            order=order, coins=offer.coins_left // PART, asked_by=order.user, reason="", key="demo", now=now
        )
        given += 1
        if given == REFUNDS:
            return
