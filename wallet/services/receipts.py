"""The receipt of a credited order: its number, and the mail that brings it, once."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse

from accounts import letters
from accounts.letters import Letter
from accounts.models import User
from ground import clock
from ground.errors import NotFound
from wallet import receipt_pdf, receipts, selectors
from wallet.models import Order, Receipt, ReceiptSeries
from wallet.receipts import ReceiptFacts
from wallet.services.steps import with_people

SWEEP_LIMIT = 50


def issue_receipt(*, order: Order, now: datetime) -> Receipt:
    """This will give the order the next number of its storefront, once, with the seller as they are now.

    Opens its own transaction if there is none. The series stays locked to its end, so that a number is never lost.
    """
    assert order.was_credited
    if receipt := Receipt.objects.select_related("storefront").filter(order=order).first():
        return receipt
    with transaction.atomic():
        ReceiptSeries.objects.bulk_create([ReceiptSeries(storefront=order.storefront)], ignore_conflicts=True)
        series = ReceiptSeries.objects.select_for_update().get(storefront=order.storefront)
        if receipt := Receipt.objects.select_related("storefront").filter(order=order).first():
            return receipt
        series.last_number += 1
        series.save(update_fields=["last_number"])
        seller = order.storefront
        return Receipt.objects.create(
            order=order,
            storefront=seller,
            number=series.last_number,
            issued_at=now,
            seller_name=seller.seller_name,
            seller_address=seller.seller_address,
            seller_country=seller.country,
            seller_tax_id=seller.seller_tax_id,
        )


def receipt_of(user: User, order_id: UUID, *, now: datetime) -> tuple[Order, ReceiptFacts]:
    """This person's order and what its receipt says; it gets its number now if it has none yet.

    Raises:
        NotFound: it is not theirs, or its coins were never credited.
    """
    order = selectors.order_of(user, order_id)
    if order is None or not order.was_credited:
        raise NotFound
    return order, receipts.facts_of(order, issue_receipt(order=order, now=now))


def send_receipt(*, order_id: UUID) -> bool:
    """This will mail the buyer their receipt, unless it was sent. False: nothing to send, or somebody is at it.

    The row says "sent" before the mail is handed over, so that two workers send one; a mail server that refuses
    takes the word back and leaves the receipt to the sweep.
    """
    unsent = Order.objects.filter(pk=order_id, credited_at__isnull=False, receipt_sent_at=None)
    if not unsent.update(receipt_sent_at=clock.now()):
        return False
    order = with_people(Order.objects.all()).get(pk=order_id)
    try:
        _message(order, issue_receipt(order=order, now=clock.now())).send()
    except Exception:
        Order.objects.filter(pk=order_id).update(receipt_sent_at=None)
        raise
    return True


def unsent_receipts(*, credited_before: datetime) -> list[UUID]:
    """Orders credited before a time whose receipt did not go out."""
    unsent = Order.objects.filter(receipt_sent_at=None, credited_at__lt=credited_before)
    return list(unsent.order_by("credited_at").values_list("pk", flat=True)[:SWEEP_LIMIT])


def _message(order: Order, receipt: Receipt) -> EmailMultiAlternatives:
    facts = receipts.facts_of(order, receipt)
    letter = Letter(
        subject=f"Your receipt: {order.coins:,} coins",
        heading=f"{order.coins:,} coins are yours",
        paragraphs=[
            "Thank you. They are in your balance.",
            "The receipt is attached, and always on its page.",
        ],
        rows=[*((line.words, line.amount) for line in facts.lines), *facts.rows],
        state=("order", order.state),
        action=("See the receipt", settings.SITE_URL + reverse("wallet:receipt", args=[order.pk])),
        why="You get this mail because you bought coins.",
    )
    mail = letters.message(letter, to=[order.user.email] if order.user.email else [], person=order.user)
    mail.attach(facts.file_name, receipt_pdf.drawn(facts), "application/pdf")
    return mail
