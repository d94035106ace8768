"""Asking the provider about every order that is not final, whatever got lost on the way."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from provider.alerts import raise_alert
from provider.errors import ProviderRefused, ProviderUnknown
from wallet.models import Order
from wallet.services.checkout import open_checkout
from wallet.services.fulfil import fulfil
from wallet.services.steps import Source, advance, announce, locked
from wallet.states import PAYABLE_STATES, OrderState

SWEEP_LIMIT = 200
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)


def due_orders(*, now: datetime) -> list[UUID]:
    """The open orders whose turn it is, longest waiting first."""
    due = Order.objects.open().filter(next_check_at__lte=now).order_by("next_check_at")
    return list(due.values_list("pk", flat=True)[:SWEEP_LIMIT])


def check_order(*, order_id: UUID, now: datetime, source: Source = Source.SWEEP) -> Order | None:
    """This will bring one order up to date: open its payment page if it has none, else ask how it stands.

    None: another worker is at it, or it is not its turn. Opens its own transactions.
    """
    order = _claim(order_id, now)
    if order is None:
        return None
    try:
        if order.session_id is not None:
            return fulfil(session_id=order.session_id, source=source, now=now)
        if now < order.expires_at:
            return open_checkout(order_id=order_id, source=source, now=now)
    except ProviderUnknown:
        return order
    except ProviderRefused as refusal:
        raise_alert(
            code="order_unknown_to_provider",
            key=str(order_id),
            message=f"The provider does not know the payment page of order {order_id}: {refusal}",
        )
        return order
    return _expire(order_id, source=source, now=now)


def _claim(order_id: UUID, now: datetime) -> Order | None:
    """Set the next check, so that whoever comes second finds nothing to do. Pauses grow with the checks."""
    with transaction.atomic(durable=True):
        due = Order.objects.open().filter(pk=order_id, next_check_at__lte=now)
        order = due.select_for_update(skip_locked=True).first()
        if order is None:
            return None
        order.next_check_at = now + pause(order.checks)
        order.checks += 1
        order.save(update_fields=["next_check_at", "checks"])
    return order


def pause(checks: int) -> timedelta:
    """How long to wait after so many checks: 15 s, 30 s, 1 min … at most an hour."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(checks, 20)
    return min(doubled, LONGEST_PAUSE)


def _expire(order_id: UUID, *, source: Source, now: datetime) -> Order:
    """End an order that never got a payment page: nobody can pay it."""
    with transaction.atomic(durable=True):
        order = locked(order_id)
        if order.state in PAYABLE_STATES and order.session_id is None:
            advance(order, OrderState.EXPIRED, source=source, now=now)
            announce(order)
    return order
