"""The words of the emails about a cash-out."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.formats import date_format

from accounts import letters
from accounts.letters import Letter
from look import money
from payouts.models import Payout, PayoutNotice

SUBJECTS = {
    "requested": "We have your cash-out request",
    "sent": "Your cash-out is on its way to your bank",
    "paid": "Your cash-out has arrived",
    "rejected": "Your cash-out was not approved",
    "failed": "Your bank refused your cash-out",
    "returned": "Your diamonds are back",
}


def message(notice: PayoutNotice) -> EmailMultiAlternatives:
    """The email of one notice, text and HTML."""
    payout = notice.event.payout
    letter = Letter(
        subject=SUBJECTS[notice.kind],
        heading=SUBJECTS[notice.kind],
        paragraphs=paragraphs(notice.kind, payout),
        rows=facts(payout),
        state=("payout", notice.event.state),
        action=("See where it is", settings.SITE_URL + reverse("payouts:payout", args=[payout.id])),
        why="You get this mail because you asked for a cash-out on Ovation.",
    )
    address = payout.creator.email
    return letters.message(letter, to=[address] if address else [], person=payout.creator)


def paragraphs(kind: str, payout: Payout) -> list[str]:
    """What happened, whether money moved, what comes next."""
    net = money.money(payout.net_minor, payout.currency)
    diamonds = money.spoken(payout.diamond_units, money.DIAMOND)
    day = date_format(payout.arrives_on, "l, j F")
    match kind:
        case "requested":
            return [
                f"You asked us to send {net} to your bank. {diamonds} are set aside for it.",
                "Our team checks it next. Until it is sent you can cancel it.",
                "If this was not you: sign in, cancel it, and change your password.",
            ]
        case "sent":
            return [f"We sent {net}. Your bank should have it about {day}."]
        case "paid":
            return [f"{net} arrived at your bank. If you cannot see it within a day, ask your bank."]
        case "rejected":
            return [
                f"Our team wrote: “{payout.reason}”",
                f"No money was moved. {diamonds} are available again.",
            ]
        case "failed":
            return [
                f"Your bank did not take the {net}. No money is lost: it lies at the payment provider.",
                "We are bringing it back; then your diamonds return, fee included. We write to you when they do.",
            ]
        case "returned":
            return [
                f"The {net} came back. {diamonds} are available again, and the fee was returned too.",
                "Please check your bank details in the studio before you cash out again.",
            ]
    raise AssertionError(kind)


def facts(payout: Payout) -> list[tuple[str, str]]:
    """The figures, as (name, value)."""
    return [
        ("Diamonds", money.diamonds(payout.diamond_units)),
        ("Worth", money.money(payout.amount_minor, payout.currency)),
        ("Fee", money.money(payout.fee_minor, payout.currency)),
        ("To your bank", money.money(payout.net_minor, payout.currency)),
        ("Reference", str(payout.id)),
    ]
