"""A payment that an operator sent back at the provider before its order was credited: nothing was sold."""

from datetime import datetime

from ledger import books
from provider.alerts import raise_alert
from wallet import bookings
from wallet.models import Order
from wallet.payments import Fee, Payment
from wallet.services.steps import Kind, Source, advance, note
from wallet.states import PAYABLE_STATES, OrderState


def end_unpaid(order: Order, payment: Payment, *, source: Source, now: datetime) -> None:
    """This will end a locked order whose whole payment went back, once; the provider keeps its fee, which is ours."""
    if order.refunded_minor:
        return
    order.charge_id, order.payment_intent_id = payment.charge_id, payment.intent_id
    order.held_reason, order.checkout_url, order.is_bank_checking = "", "", False
    order.refunded_minor = order.gross_minor
    if order.state in PAYABLE_STATES:
        advance(order, OrderState.CANCELLED, source=source, now=now)
    note(order, Kind.REFUND_PAID, source=source, now=now, charge=payment.charge_id,
         amount_minor=payment.amount_minor, currency=payment.currency)  # fmt: skip
    if payment.fee is not None:
        _book_fee(order, payment.fee, now)


def _book_fee(order: Order, fee: Fee, now: datetime) -> None:
    if (
        fee.currency != order.currency
    ):  # converted both ways at the provider's rates: a person must book what is left
        raise_alert(
            code="refund_of_uncredited_order",
            key=str(order.pk),
            message=f"The payment of order {order.pk}, which was never credited, went back after a conversion: book "
            "what the provider kept.",
        )
        return
    operation = bookings.provider_fee(order, fee)
    if operation is not None:
        books.post_one(operation, now=now)
    order.fee_minor = bookings.fee_in_settlement_minor(order, fee)
