"""A support case for an order that heals by no check: opened by "Where are my coins?", once."""

from datetime import datetime

from django.db import transaction

from ground.errors import DomainError
from wallet import hooks
from wallet.hooks import OpenedCase
from wallet.models import Order
from wallet.services.steps import Kind, Source, locked, note
from wallet.states import CREDITED_STATES, OrderState


def needs_person(order: Order, *, has_answered: bool) -> bool:
    """Whether the money is there and the coins are not, though everybody was asked."""
    is_stuck = bool(order.held_reason) or order.state == OrderState.PAID
    return has_answered and is_stuck and order.state not in CREDITED_STATES


def case_for(order: Order, *, now: datetime) -> OpenedCase | None:
    """This will open the order's support case, or find it. None: nobody opens cases here, or too many were opened.

    Opens its own transactions.
    """
    try:
        opened = hooks.open_case.call_all(order, now)
    except DomainError:  # the person wrote so much today that support takes no more; the page offers its form
        return None
    if not opened:
        return None
    with transaction.atomic(durable=True):
        order = locked(order.pk)
        if not order.events.filter(kind=Kind.CASE_OPENED).exists():
            note(order, Kind.CASE_OPENED, source=Source.BUYER, now=now, code=opened[0].reference)
    return opened[0]
