"""Bringing an order to what the provider says: one function for the inbox, the landing page and the sweep (R1)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from ledger import books
from ledger.retry import in_transaction
from provider import calls
from provider.client import stripe_client
from provider.nudge import nudge
from wallet import bookings, taxes
from wallet.models import Order
from wallet.payments import EXPAND, Payment, mismatch
from wallet.selectors import order_id_of_session
from wallet.services import offers
from wallet.services.given_back import end_unpaid
from wallet.services.notices import tell_failed, tell_waiting
from wallet.services.standing import keep_hold_class
from wallet.services.steps import Kind, Source, advance, announce, hold, locked, note
from wallet.states import PAYABLE_STATES, OrderState


def nothing_else() -> None:
    """No further work belongs to the transaction."""


def fulfil(
    *, session_id: str, source: Source, now: datetime, settle: Callable[[], None] = nothing_else
) -> Order | None:
    """This will ask the provider about a Checkout Session and bring its order to that state: credited once if paid.

    Safe to call many times at once. `settle` runs inside the transaction of the work. None: the session is not one
    of ours. The provider is asked with no transaction open; then one transaction does everything.

    Raises:
        ProviderUnknown: the provider did not answer; nothing changed.
    """
    payment = look_up(session_id)
    order_id = order_id_of_session(session_id, payment.reference)
    if order_id is None:
        return None
    return in_transaction(lambda: _apply(order_id, payment, source=source, now=now, settle=settle))


def look_up(session_id: str) -> Payment:
    """The session as the provider has it now."""
    sessions = stripe_client().v1.checkout.sessions
    session: dict[str, Any] = calls.read(lambda: sessions.retrieve(session_id, {"expand": EXPAND}))
    return Payment.read(session)


def _apply(
    order_id: UUID, payment: Payment, *, source: Source, now: datetime, settle: Callable[[], None]
) -> Order:
    order = locked(order_id)
    before = (order.state, order.held_reason, order.decline_code, order.is_bank_checking)
    if order.session_id is None:
        order.session_id = payment.session_id  # the webhook was faster than our own commit
        order.checkout_url, order.expires_at = payment.url, payment.expires_at
    if payment.is_paid:
        _paid(order, payment, source=source, now=now)
    elif order.state in PAYABLE_STATES and order.session_id == payment.session_id:
        _not_paid(order, payment, source=source, now=now)
    order.save()
    settle()
    if before != (order.state, order.held_reason, order.decline_code, order.is_bank_checking):
        announce(order)
    if order.state == OrderState.CREDITED and before[0] != order.state:
        offers.announce_bonus(order)
    return order


def _paid(order: Order, payment: Payment, *, source: Source, now: datetime) -> None:
    """Credit what was sold, if it is what was paid; what went back before it was credited is over."""
    if payment.is_given_back and not order.was_credited and order.session_id == payment.session_id:
        end_unpaid(order, payment, source=source, now=now)
        return
    reason = mismatch(order, payment, livemode=settings.STRIPE_LIVE_MODE)
    if not reason and order.state in (OrderState.EXPIRED, OrderState.CANCELLED):
        reason = "paid_after_end"
    if reason:
        hold(order, reason, source=source, now=now, session=payment.session_id, amount_minor=payment.amount_minor,
             currency=payment.currency, livemode=payment.livemode)  # fmt: skip
    if order.held_reason:
        return
    if not order.was_credited:
        _credit(order, payment, source=source, now=now)
    if order.fee_minor is None and payment.fee is not None:
        _book_fee(order, payment, source=source, now=now)


def _credit(order: Order, payment: Payment, *, source: Source, now: datetime) -> None:
    order.payment_intent_id, order.charge_id = payment.intent_id, payment.charge_id
    order.checkout_url, order.is_bank_checking = "", False
    if order.state != OrderState.PAID:
        order.paid_at = now
        taxes.settle(order, payment.tax_minor)
        advance(
            order,
            OrderState.PAID,
            source=source,
            now=now,
            session=payment.session_id,
            charge=payment.charge_id,
        )
    bonus = offers.grant(order, card=payment.card_fingerprint, source=source, now=now)
    posted = books.post_one(bookings.recharge(order, order.user.ledger_id), now=now)
    for operation in bonus:  # right after it: the buyer's account is locked, so the two lots are neighbours
        books.post_one(operation, now=now)
    order.credited_at = now
    advance(
        order, OrderState.CREDITED, source=source, now=now, operation=posted.operation_id, coins=order.coins
    )
    keep_hold_class(user=order.user, credited_at=now, now=now)
    nudge("wallet.tasks.send_receipt", str(order.pk))


def _book_fee(order: Order, payment: Payment, *, source: Source, now: datetime) -> None:
    assert payment.fee is not None
    operation = bookings.provider_fee(order, payment.fee)
    if operation is not None:
        books.post_one(operation, now=now)
    order.fee_minor = bookings.fee_in_settlement_minor(order, payment.fee)
    fee = payment.fee
    note(order, Kind.FEE_BOOKED, source=source, now=now, fee_minor=fee.fee_minor, currency=fee.currency)


def _not_paid(order: Order, payment: Payment, *, source: Source, now: datetime) -> None:
    order.payment_intent_id = payment.intent_id or order.payment_intent_id
    if payment.declined_try and payment.declined_try != order.declined_try:
        _declined(order, payment, source=source, now=now)
    if payment.has_failed_for_good or payment.is_expired:
        order.checkout_url, order.is_bank_checking = "", False
        ended = OrderState.CANCELLED if order.is_cancel_wanted else OrderState.EXPIRED
        advance(order, ended, source=source, now=now)
        tell_failed(order, now=now)
    elif payment.is_bank_checking and not order.is_bank_checking:
        order.is_bank_checking, order.checkout_url = True, ""
        tell_waiting(order, now=now)
        if order.state == OrderState.AWAITING_PAYMENT:
            note(order, Kind.BANK_CHECKING, source=source, now=now)
        else:
            advance(order, OrderState.AWAITING_PAYMENT, source=source, now=now, kind=Kind.BANK_CHECKING)


def _declined(order: Order, payment: Payment, *, source: Source, now: datetime) -> None:
    """Write down one failed try; the same session can be paid again."""
    order.declined_try, order.decline_code = payment.declined_try, payment.decline_code
    code, failed = payment.decline_code, payment.declined_try
    if order.state == OrderState.DECLINED:
        note(order, Kind.PAYMENT_FAILED, source=source, now=now, code=code, failed=failed)
    else:
        advance(order, OrderState.DECLINED, source=source, now=now, code=code, failed=failed)
