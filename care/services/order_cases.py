"""The case that "Where are my coins?" opens by itself when a check could not bring an order in order."""

from datetime import datetime

from django.urls import reverse

from care.services.opening import NewCase, open_case
from care.states import CaseKind, SubjectKind
from wallet.hooks import OpenedCase
from wallet.models import Order

WORDS = (
    "Where are my coins? The check on the order's page found the payment but could not credit it by itself, "
    "so this case was opened."
)


def open_for_order(order: Order, now: datetime) -> OpenedCase:
    """Open the order's case, or answer the one that is there.

    Raises:
        TooManyCases, TooManyMessages: the person has opened as many as support takes today.
    """
    wish = NewCase(
        kind=CaseKind.COINS_NOT_CREDITED,
        body=WORDS,
        abouts=[f"{SubjectKind.ORDER}:{order.pk}"],
        insists=True,
    )
    case = open_case(person=order.user, wish=wish, key=f"order:{order.pk}", now=now)
    return OpenedCase(case.reference, reverse("care:case", args=[case.reference]))
