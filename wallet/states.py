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
    REFUNDED = "refunded", "refunded"
    DISPUTED = "disputed", "disputed at the bank"

    @property
    def next(self) -> "frozenset[OrderState]":
        """The states that may follow this one."""
        return TRANSITIONS[self]

    @property
    def is_open(self) -> bool:
        """Whether the provider's word on the payment is still to come, or the coins are."""
        return self in OPEN_STATES

    @property
    def was_credited(self) -> bool:
        """Whether the coins were booked once; the payment may have gone back since."""
        return self in CREDITED_STATES


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
    OrderState.CREDITED: frozenset({OrderState.REFUNDED, OrderState.DISPUTED}),
    OrderState.REFUNDED: frozenset({OrderState.CREDITED, OrderState.DISPUTED}),  # a refund can fail later
    OrderState.DISPUTED: frozenset({OrderState.CREDITED, OrderState.REFUNDED}),  # lost: it stays disputed
    OrderState.EXPIRED: frozenset(),
    OrderState.CANCELLED: frozenset(),
}

PAYABLE_STATES = [OrderState.CREATED, OrderState.AWAITING_PAYMENT, OrderState.DECLINED]
OPEN_STATES = [*PAYABLE_STATES, OrderState.PAID]
CREDITED_STATES = [OrderState.CREDITED, OrderState.REFUNDED, OrderState.DISPUTED]
