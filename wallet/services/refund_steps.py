"""One step of a refund, taken under the locks of its order and its row. Used by the journeys beside this file."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from accounts.services import owe_mail
from events import log
from look.money import money
from provider.alerts import raise_alert
from wallet import refunds
from wallet.models import Order, Refund
from wallet.refund_states import UNDONE, RefundState
from wallet.services.steps import Kind, Source, advance, announce, locked, note
from wallet.states import OrderState

FIRST_LOOK_AFTER = timedelta(seconds=15)
LOOK_AGAIN_AFTER = timedelta(days=1)  # a bank may send a paid refund back
WATCHED_FOR = timedelta(days=30)


def locked_refund(refund_id: UUID) -> tuple[Order, Refund]:
    """Lock a refund for this transaction, its order first: orders, refunds, then the books' accounts."""
    order_id = Refund.objects.values_list("order_id", flat=True).get(pk=refund_id)
    order = locked(order_id)
    refund = Refund.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=refund_id)
    return order, refund


def begin(order: Order, refund: Refund, *, source: Source, now: datetime, code: str = "") -> None:
    """Save a refund whose coins the books have taken: from here on it counts against the order."""
    refund.state, refund.state_at = RefundState.PENDING, now
    refund.next_check_at = now + FIRST_LOOK_AFTER
    refund.save()
    _count(order)
    note(order, Kind.REFUND_ASKED, source=source, now=now, code=code, **_facts(refund))


def succeed(order: Order, refund: Refund, *, source: Source, now: datetime) -> None:
    """The provider has paid it back: the order is refunded once nothing is left to give, and its buyer reads so."""
    _move(refund, RefundState.SUCCEEDED, now)
    refund.next_check_at = now + LOOK_AGAIN_AFTER
    refund.save()
    if order.state == OrderState.CREDITED and order.settled_state == OrderState.REFUNDED and _all_paid(order):
        advance(order, OrderState.REFUNDED, source=source, now=now, **_facts(refund))
        announce(order)
    else:
        note(order, Kind.REFUND_PAID, source=source, now=now, **_facts(refund))
    _mail(order, refund, "order_refunded", now)


def undo(
    order: Order, refund: Refund, state: RefundState, *, code: str, source: Source, now: datetime
) -> None:
    """It did not arrive: coins and bonus come back at the end of the line, and the order is what it was."""
    assert state in UNDONE
    refunds.refund_failed(order, holder=order.user.ledger_id, reference=str(refund.pk), now=now)
    _move(refund, state, now)
    refund.failure_code, refund.next_check_at = code[:100], None
    refund.save()
    _count(order)
    if order.state == OrderState.REFUNDED:
        advance(
            order,
            OrderState.CREDITED,
            source=source,
            now=now,
            kind=Kind.REFUND_FAILED,
            code=code,
            **_facts(refund),
        )
        announce(order)
    else:
        note(order, Kind.REFUND_FAILED, source=source, now=now, code=code, **_facts(refund))
    raise_alert(
        code="refund_failed",
        key=str(refund.pk),
        message=f"A refund of {money(refund.amount_minor, refund.currency)} did not arrive ({code or state}); "
        "the coins are back. Find another way with the buyer.",
        **_facts(refund),
    )
    _mail(order, refund, "order_refund_failed", now)


def tell(order: Order, refund: Refund) -> None:
    """Tell the buyer's open pages. The last thing in a transaction: streams are locked last."""
    body = {"order": str(order.pk), **_facts(refund), "status": refund.state}
    log.publish(f"user:{order.user_id}", f"order.refund_{refund.state}", body)


def _count(order: Order) -> None:
    """Keep on the order what its refunds that stand take and give."""
    sums = order.refunds.standing().aggregate(
        coins=Coalesce(Sum(F("coins") + F("unrecovered_coins")), 0), minor=Coalesce(Sum("amount_minor"), 0)
    )
    order.refunded_coins = min(order.coins, sums["coins"])  # parts of a price, each rounded up to whole coins
    order.refunded_minor = sums["minor"]
    order.save(update_fields=["refunded_coins", "refunded_minor"])


def _all_paid(order: Order) -> bool:
    """Whether no other refund of the order is still on its way."""
    return not order.refunds.filter(state=RefundState.PENDING).exists()


def _move(refund: Refund, state: RefundState, now: datetime) -> None:
    assert state in refund.status.next, f"{refund.state} → {state}"
    refund.state, refund.state_at = state, now


def _facts(refund: Refund) -> dict[str, Any]:
    return {
        "refund": str(refund.pk),
        "coins": refund.coins,
        "amount_minor": refund.amount_minor,
        "currency": refund.currency,
    }


def _mail(order: Order, refund: Refund, kind: str, now: datetime) -> None:
    facts = {
        "order": str(order.pk),
        "coins": f"{refund.coins:,}",
        "amount": money(refund.amount_minor, refund.currency),
    }
    owe_mail(user=order.user, kind=kind, facts=facts, now=now)
