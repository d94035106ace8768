"""What an order can be, and what may follow what. The database holds the same table (sql/order_rules.sql)."""

from django.db import models


class OrderState(models.TextChoices):
    """A state of an order. `next` says where it may go from here."""

    CREATED = "created", "created"
    AWAITING_PAYMENT = "awaiting_payment", "waiting for payment"
    DECLINED = "declined", "payment declined"
    PAID = "paid", "paid, coins on their way"
    CREDITED = "credited", "coins credited"
    EXPIRED = "expired", "expired"
    CANCELLED = "cancelled", "cancelled"

    @property
    def next(self) -> "frozenset[OrderState]":
        """The states that may follow this one."""
        return TRANSITIONS[self]

    @property
    def is_final(self) -> bool:
        """Whether nothing follows any more."""
        return not TRANSITIONS[self]


TRANSITIONS: dict[OrderState, frozenset[OrderState]] = {
    OrderState.CREATED: frozenset(
        {
            OrderState.AWAITING_PAYMENT,
            OrderState.PAID,
            OrderState.DECLINED,
            OrderState.EXPIRED,
            OrderState.CANCELLED,
        }
    ),
    OrderState.AWAITING_PAYMENT: frozenset(
        {OrderState.DECLINED, OrderState.PAID, OrderState.EXPIRED, OrderState.CANCELLED}
    ),
    OrderState.DECLINED: frozenset(
        {OrderState.AWAITING_PAYMENT, OrderState.PAID, OrderState.EXPIRED, OrderState.CANCELLED}
    ),
    OrderState.PAID: frozenset({OrderState.CREDITED}),
    OrderState.CREDITED: frozenset(),
    OrderState.EXPIRED: frozenset(),
    OrderState.CANCELLED: frozenset(),
}

OPEN_STATES = [state for state in OrderState if not state.is_final]
PAYABLE_STATES = [OrderState.CREATED, OrderState.AWAITING_PAYMENT, OrderState.DECLINED]
