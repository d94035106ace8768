"""Ending an order before it is paid: the provider's page is closed first, so that a cancelled order stays unpaid."""

from datetime import datetime

from django.db import transaction

from provider import calls
from provider.client import stripe_client
from provider.errors import ProviderRefused, ProviderUnknown
from wallet.errors import OrderNotPayable, StillAtProvider
from wallet.models import Order
from wallet.services.fulfil import fulfil
from wallet.services.steps import Source, advance, announce, locked
from wallet.states import PAYABLE_STATES, OrderState


def cancel_order(*, order: Order, now: datetime, source: Source = Source.BUYER) -> Order:
    """This will close the order's payment page and cancel the order; cancelling twice is the same.

    Raises:
        OrderNotPayable: it was paid, credited or expired, perhaps in this very moment; it is what it is.
        StillAtProvider: the provider did not confirm; nothing changed.
    """
    if order.state == OrderState.CANCELLED:
        return order
    if order.state not in PAYABLE_STATES or order.is_bank_checking:
        raise OrderNotPayable
    order = _wish(order)
    if order.session_id is not None:
        return _close_page(order, order.session_id, source=source, now=now)
    with transaction.atomic(durable=True):
        order = locked(order.pk)
        if order.state not in PAYABLE_STATES or order.session_id is not None:
            raise OrderNotPayable
        advance(order, OrderState.CANCELLED, source=source, now=now)
        announce(order)
    return order


def _wish(order: Order) -> Order:
    """Write down what the buyer wants: when the page closes, from whatever side we learn it, this is why."""
    with transaction.atomic(durable=True):
        order = locked(order.pk)
        order.is_cancel_wanted = True
        order.save(update_fields=["is_cancel_wanted"])
    return order


def _close_page(order: Order, session_id: str, *, source: Source, now: datetime) -> Order:
    sessions = stripe_client().v1.checkout.sessions
    try:
        calls.call_harmless(
            key=f"order:{order.pk}:expire",
            purpose="close checkout",
            params={"session": session_id},
            request=lambda options: sessions.expire(session_id, {}, options),
            retrieve=sessions.retrieve,
        )
    except ProviderUnknown as silence:
        raise StillAtProvider from silence
    except ProviderRefused:  # it is complete or expired already: what follows tells which
        pass
    ended = fulfil(session_id=session_id, source=source, now=now)
    assert ended is not None, "the session is this order's"
    if ended.state != OrderState.CANCELLED:
        raise OrderNotPayable
    return ended
