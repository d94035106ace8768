"""Mails about a payment that is slow or did not go through: of what happens when its buyer is no longer looking."""

from datetime import datetime

from accounts.services import owe_mail
from look.money import money
from wallet import declines
from wallet.models import Order


def tell_waiting(order: Order, *, now: datetime) -> None:
    """Owe the mail that the bank takes its time. In the caller's transaction."""
    owe_mail(user=order.user, kind="order_waiting", facts=_facts(order), now=now)


def tell_failed(order: Order, *, now: datetime) -> None:
    """Owe the mail that an order ended because its payment failed, if one did and the buyer did not end it."""
    if not order.decline_code or order.is_cancel_wanted:
        return
    why = declines.explain(order.decline_code)
    facts = _facts(order) | {"message": why.message, "next_step": why.next_step}
    owe_mail(user=order.user, kind="order_payment_failed", facts=facts, now=now)


def _facts(order: Order) -> dict[str, str]:
    return {
        "order": str(order.pk),
        "coins": f"{order.coins:,}",
        "amount": money(order.gross_minor, order.currency),
    }
