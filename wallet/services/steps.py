"""One step of an order's life, taken under its lock. Used by the journeys beside this file."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from events import log
from provider.alerts import raise_alert
from wallet.models import Order, OrderEvent
from wallet.services import offers
from wallet.states import OrderState

Kind = OrderEvent.Kind
Source = OrderEvent.Source

KIND_OF_STATE = {
    OrderState.AWAITING_PAYMENT: Kind.CHECKOUT_OPENED,
    OrderState.DECLINED: Kind.PAYMENT_FAILED,
    OrderState.PAID: Kind.PAID,
    OrderState.CREDITED: Kind.CREDITED,
    OrderState.EXPIRED: Kind.EXPIRED,
    OrderState.CANCELLED: Kind.CANCELLED,
    OrderState.REFUNDED: Kind.REFUND_PAID,
    OrderState.DISPUTED: Kind.DISPUTE_OPENED,
}

ENDED_UNPAID = (OrderState.EXPIRED, OrderState.CANCELLED)


def locked(order_id: UUID) -> Order:
    """This will lock the order for this transaction. The order's row comes before the books' accounts."""
    return with_people(Order.objects.select_for_update(of=("self",))).get(pk=order_id)


def with_people(orders: "QuerySet[Order]") -> "QuerySet[Order]":
    """Orders with what every step reads of their surroundings."""
    return orders.select_related("user", "storefront", "package", "price_book")


def advance(
    order: Order,
    state: OrderState,
    *,
    source: Source,
    now: datetime,
    kind: Kind | None = None,
    code: str = "",
    **facts: Any,
) -> None:
    """This will move a locked order to `state`, save it as it is, and write the step into its timeline."""
    assert state in OrderState(order.state).next, f"{order.state} → {state}"
    order.state = state
    order.save()
    if state in ENDED_UNPAID:
        offers.release(order, now=now)
    note(order, kind or KIND_OF_STATE[state], source=source, now=now, code=code, **facts)


def note(order: Order, kind: Kind, *, source: Source, now: datetime, code: str = "", **facts: Any) -> None:
    """This will write a step into the timeline without changing the state."""
    OrderEvent.objects.create(order=order, kind=kind, source=source, code=code, at=now, facts=facts)


def hold(order: Order, reason: str, *, source: Source, now: datetime, **facts: Any) -> None:
    """This will stop a locked order until an operator looked at it, once."""
    if order.held_reason:
        return
    order.held_reason = reason
    note(order, Kind.HELD, source=source, now=now, code=reason, **facts)
    raise_alert(
        code="order_held",
        key=str(order.pk),
        message=f"Order {order.pk} is held ({reason}): what the provider says does not fit what was sold.",
        **facts,
    )


def announce(order: Order) -> None:
    """This will tell the buyer's open pages. The last thing in a transaction: streams are locked last."""
    log.publish(*announcement(order))


def announcement(order: Order) -> tuple[str, str, dict[str, Any]]:
    """The event that tells how an order stands: for who publishes several in one go."""
    body = {
        "order": str(order.pk),
        "status": order.state,
        "coins": order.coins,
        "held": bool(order.held_reason),
    }
    return f"user:{order.user_id}", f"order.{order.state}", body
