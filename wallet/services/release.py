"""An operator looked at a held order and lets it be judged again."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from wallet.errors import OrderNotPayable
from wallet.models import Order
from wallet.services.fulfil import fulfil
from wallet.services.steps import Kind, Source, announce, locked, note


def release_order(*, order: Order, operator: User, reason: str, now: datetime) -> Order:
    """This will lift the hold with the operator's reason and judge the order again; what does not fit is held anew.

    Raises:
        OrderNotPayable: the order is not held.
        ProviderUnknown: the hold is lifted, the provider did not answer; the sweep asks again.
    """
    assert reason.strip()
    with transaction.atomic(durable=True):
        order = locked(order.pk)
        if not order.held_reason:
            raise OrderNotPayable("This order is not held.", next_step="Nothing is left to do.")
        note(order, Kind.RELEASED, source=Source.OPERATOR, now=now, code=order.held_reason, operator=operator.pk,
             reason=reason.strip()[:300])  # fmt: skip
        order.held_reason = ""
        order.save(update_fields=["held_reason"])
        announce(order)
    if order.session_id is None:
        return order
    return fulfil(session_id=order.session_id, source=Source.OPERATOR, now=now) or order
