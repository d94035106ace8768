"""Refunds that were made at the provider itself: booked by the same rule, as far as the coins are still there."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from ledger import books
from ledger.retry import in_transaction
from provider import calls
from provider.alerts import raise_alert
from provider.client import stripe_client
from wallet import refunds
from wallet.models import Order, Refund
from wallet.refund_errors import RefundUnderWay
from wallet.refund_payments import AtProvider
from wallet.refund_states import STANDING, RefundState
from wallet.selectors import session_of_order
from wallet.services.fulfil import fulfil, nothing_else
from wallet.services.refund_sending import apply_answer, retrieve, send_refund, take_down
from wallet.services.refund_steps import begin, tell
from wallet.services.steps import Source, locked

OUTSIDE = "outside"  # the code in the timeline


def follow_refund(
    *, provider_id: str, source: Source, now: datetime, settle: Callable[[], None] = nothing_else
) -> Order | None:
    """Bring whatever a refund of the provider is about to what the provider says of it now.

    Ours follows; one that was made at the provider is adopted: the coins that its amount stands for are taken back as
    far as they are unspent, the rest is the platform's loss and told to the operators. An order that never got its
    coins is ended. None: no order of ours has this charge.

    Raises:
        ProviderUnknown: the provider did not answer; nothing changed.
        RefundUnderWay: our own refund of the same money is not decided there yet; try again.
    """
    there = retrieve(provider_id)
    ours = _ours(there)
    if ours is not None:
        return take_down(refund_id=ours, there=there, source=source, now=now, settle=settle).order
    order = Order.objects.filter(charge_id=there.charge_id).first() if there.charge_id else None
    order = order or _not_credited(there)
    if order is None:
        return None
    if not order.was_credited and order.session_id is not None:
        order = fulfil(session_id=order.session_id, source=source, now=now) or order
    if not order.was_credited:
        settle()
        return order
    for waiting in order.refunds.filter(state=RefundState.PENDING, provider_id=None):
        send_refund(refund_id=waiting.pk, now=now, source=source)
    return in_transaction(lambda: _adopt(order.pk, there, source=source, now=now, settle=settle))


def _ours(there: AtProvider) -> UUID | None:
    """Our row of it: by its name there, else by ours in it, when the answer to our question was lost."""
    known = Refund.objects.filter(provider_id=there.id).values_list("pk", flat=True).first()
    if known is not None or not there.reference:
        return known
    try:
        named = Refund.objects.filter(pk=UUID(there.reference), provider_id=None)
    except ValueError:
        return None
    return named.values_list("pk", flat=True).first()


def _not_credited(there: AtProvider) -> Order | None:
    """The order whose payment this was, when we have not taken it down: the charge carries our name of it."""
    if not there.charge_id:
        return None
    charge = calls.read(lambda: stripe_client().v1.charges.retrieve(there.charge_id))
    metadata = charge.get("metadata") or {}
    session_id = session_of_order(str(metadata.get("order", "")), str(charge.get("payment_intent") or ""))
    return Order.objects.filter(session_id=session_id).first() if session_id else None


def _adopt(
    order_id: UUID, there: AtProvider, *, source: Source, now: datetime, settle: Callable[[], None]
) -> Order:
    order = locked(order_id)
    refund = Refund.objects.filter(provider_id=there.id).first()
    if refund is None and there.state not in STANDING:  # made and undone before we heard of it
        settle()
        return order
    if refund is None:
        refund = _begin(order, there, source=source, now=now)
    apply_answer(refund.pk, there, source=source, now=now, settle=settle)
    return order


def _begin(order: Order, there: AtProvider, *, source: Source, now: datetime) -> Refund:
    if order.refunded_minor + there.amount_minor > order.gross_minor:
        raise RefundUnderWay
    refund = Refund(
        order=order,
        origin=Refund.Origin.PROVIDER,
        key=f"provider:{there.id}",
        request_hash=books.request_hash("refund_outside", there.id),
        provider_id=there.id,
        amount_minor=there.amount_minor,
        currency=order.currency,
        created_at=now,
    )
    taken = refunds.refund_outside(
        order, holder=order.user.ledger_id, amount_minor=there.amount_minor, reference=str(refund.pk), now=now
    )
    refund.coins, refund.bonus_coins = taken.coins, taken.bonus_coins
    refund.unrecovered_coins = taken.unrecovered_coins
    begin(order, refund, source=source, now=now, code=OUTSIDE)
    tell(order, refund)
    if taken.unrecovered_coins:
        _alert(order, refund)
    return refund


def _alert(order: Order, refund: Refund) -> None:
    raise_alert(
        code="refund_of_spent_coins",
        key=str(refund.pk),
        message=f"Order {order.pk} was refunded at the payment provider, but {refund.unrecovered_coins:,} of its "
        "coins are spent. What they cost is the platform's loss; look at the buyer.",
        order=str(order.pk),
        coins=refund.unrecovered_coins,
    )
