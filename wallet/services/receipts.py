"""The receipt by mail, once per credited order."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from accounts import letters
from accounts.letters import Letter
from ground import clock
from look.money import money
from wallet.models import Order
from wallet.offer_words import receipt_rows
from wallet.states import OrderState

SWEEP_LIMIT = 50


def send_receipt(*, order_id: UUID) -> bool:
    """This will mail the buyer their receipt, unless it was sent. False: nothing to send, or somebody is at it.

    The row says "sent" before the mail is handed over, so that two workers send one; a mail server that refuses
    takes the word back and leaves the receipt to the sweep.
    """
    unsent = Order.objects.filter(pk=order_id, state=OrderState.CREDITED, receipt_sent_at=None)
    if not unsent.update(receipt_sent_at=clock.now()):
        return False
    order = Order.objects.select_related("user", "storefront").get(pk=order_id)
    try:
        _message(order).send()
    except Exception:
        Order.objects.filter(pk=order_id).update(receipt_sent_at=None)
        raise
    return True


def unsent_receipts(*, credited_before: datetime) -> list[UUID]:
    """Orders credited before a time whose receipt did not go out."""
    unsent = Order.objects.filter(
        state=OrderState.CREDITED, receipt_sent_at=None, credited_at__lt=credited_before
    )
    return list(unsent.order_by("credited_at").values_list("pk", flat=True)[:SWEEP_LIMIT])


def _message(order: Order) -> EmailMultiAlternatives:
    letter = Letter(
        subject=f"Your receipt: {order.coins:,} coins",
        heading=f"{order.coins:,} coins are yours",
        paragraphs=["Thank you. They are in your balance."],
        rows=_facts(order),
        state=("order", order.state),
        action=("See the receipt", settings.SITE_URL + reverse("wallet:receipt", args=[order.pk])),
        why="You get this mail because you bought coins.",
    )
    return letters.message(letter, to=[order.user.email] if order.user.email else [], person=order.user)


def _facts(order: Order) -> list[tuple[str, str]]:
    """The receipt's lines: name and value."""
    assert order.paid_at is not None
    tax = [(order.storefront.tax_name, money(order.tax_minor, order.currency))] if order.tax_minor else []
    return [
        ("Coins", f"{order.coins:,}"),
        *receipt_rows(order),
        ("Net", money(order.net_minor, order.currency)),
        *tax,
        ("Total", money(order.gross_minor, order.currency)),
        ("Paid", f"{order.paid_at:%-d %B %Y, %H:%M} UTC"),
        ("Order", str(order.pk)),
    ]
