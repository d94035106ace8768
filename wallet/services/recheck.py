""" "Where are my coins?": ask again now, heal, and show what each party says."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from redis.exceptions import RedisError

from provider.errors import ProviderRefused, ProviderUnknown
from wallet import selectors
from wallet.hooks import OpenedCase
from wallet.models import Order
from wallet.selectors import TraceLine
from wallet.services.case import case_for, needs_person
from wallet.services.checkout import open_checkout
from wallet.services.fulfil import fulfil
from wallet.services.steps import Source, with_people
from wallet.states import PAYABLE_STATES

PAUSE_S = 3  # two clicks in a row ask the provider once


@dataclass(frozen=True)
class Rechecked:
    """The order after the check, and the trace: provider, webhook, ledger."""

    order: Order
    trace: list[TraceLine]
    case: OpenedCase | None = None  # the support case that was opened because nothing else helped


def recheck_order(
    *, order: Order, now: datetime, source: Source = Source.BUYER, opens_case: bool = False
) -> Rechecked:
    """This will bring the order up to date now and tell what provider, webhook and ledger say about it.

    A provider that does not answer is part of the trace, not an error. With `opens_case` an order that only a person
    can bring in order gets a support case, once. Opens its own transactions.
    """
    has_answered = True
    if _is_first_click(order):
        has_answered = _ask(order, now=now, source=source)
    fresh = with_people(Order.objects.all()).get(pk=order.pk)
    case = case_for(fresh, now=now) if opens_case and needs_person(fresh, has_answered=has_answered) else None
    return Rechecked(fresh, selectors.trace(fresh, has_answered=has_answered), case)


def _is_first_click(order: Order) -> bool:
    try:
        return cache.add(f"wallet:recheck:{order.pk}", 1, timeout=PAUSE_S)
    except RedisError:  # without the cache every click asks
        return True


def _ask(order: Order, *, now: datetime, source: Source) -> bool:
    if order.session_id is None:
        if order.state not in PAYABLE_STATES:
            return True
        return open_checkout(order_id=order.pk, source=source, now=now).session_id is not None
    try:
        fulfil(session_id=order.session_id, source=source, now=now)
    except ProviderUnknown:
        return False
    except ProviderRefused:  # it does not know the page: the sweep tells the operators
        return True
    return True
