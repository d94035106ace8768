"""What every installation's support starts with."""

from datetime import datetime

from care.models import CannedReply, SupportTerms
from care.states import CaseKind

REPLIES = [
    (
        "Coins: credited after our check",
        CaseKind.COINS_NOT_CREDITED,
        "Hello {name},\n\nwe asked the payment provider again: your payment arrived, and the coins are in your "
        "balance now. You can check it yourself at any time: open the order and press “Where are my coins?”.",
    ),
    (
        "Coins: the payment did not arrive",
        CaseKind.COINS_NOT_CREDITED,
        "Hello {name},\n\nthe payment provider has no successful payment for this order, so nothing was taken from "
        "you. Should your bank show an amount as reserved, it releases it by itself, mostly within a few days.",
    ),
    (
        "Payment declined: what helps",
        CaseKind.PAYMENT_DECLINED,
        "Hello {name},\n\nyour bank declined this payment; it does not tell us more than the order's page shows. "
        "Mostly one of these helps: confirm the payment in your bank's app, try another card, or ask your bank.",
    ),
    (
        "Not you: what we need",
        CaseKind.UNAUTHORIZED,
        "Hello {name},\n\nyour money is stopped and safe. Please tell us when you last used the account yourself, "
        "who else uses your device, and which of the things in case {reference} were yours after all.",
    ),
    (
        "Cash-out: at your bank",
        CaseKind.PAYOUT,
        "Hello {name},\n\nwe have sent this cash-out and your bank has it. It shows on the day that stands on the "
        "cash-out's page; banks do not book on weekends and holidays.",
    ),
]


def install(now: datetime) -> None:
    """Make the terms and the first canned replies where there are none. Running it again changes nothing."""
    if SupportTerms.objects.exists():
        return
    SupportTerms.objects.get_or_create(pk=1)
    for title, kind, body in REPLIES:
        CannedReply.objects.get_or_create(title=title, defaults={"kind": kind, "body": body})
