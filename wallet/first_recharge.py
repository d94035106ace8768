"""The bonus of a first recharge: one per person ever, whatever they order at once, whatever accounts they open.

Every order of somebody who has not had it is promised it, and the one that is credited first gets it. So nobody
loses it by an order they never paid, and the unique rows here let nobody have it twice
(docs/decisions/0019-first-recharge.md).
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import Phone, User
from wallet.models import FirstRecharge, FirstRechargeMark, Order

Kind = FirstRechargeMark.Kind
KEPT_AFTER_CLOSING = timedelta(days=730)
ALIASING = "+"  # what follows it in an address is its owner's own note
UNDOTTED = frozenset({"gmail.com", "googlemail.com"})  # where dots in the name mean nothing


def may_have_first(user: User) -> bool:
    """Whether a recharge would be this person's first: none was credited, and they are known by nothing that had it.

    Who confirmed neither an address nor a number may not: nothing would tell them from their next account.
    """
    if Order.objects.filter(user=user, credited_at__isnull=False).exists():
        return False
    if FirstRecharge.objects.filter(user=user).exists():
        return False
    digests = [digest for _, digest in marks_of(user)]
    return bool(digests) and not FirstRechargeMark.objects.filter(digest__in=digests).exists()


def claim_first(order: Order, *, card: str, now: datetime) -> bool:
    """This will claim the bonus for the order's buyer, in the crediting transaction. False: it was had before.

    `card`: the provider's fingerprint of the card that paid, empty if it was none. Whoever races waits here.
    """
    marks = sorted({*marks_of(order.user), *_card_mark(card)}, key=lambda mark: mark[1])
    try:
        with transaction.atomic():
            first = FirstRecharge.objects.create(user=order.user, order=order, at=now)
            for (
                kind,
                digest,
            ) in marks:  # in one order everywhere, so that two accounts of one person cannot deadlock
                FirstRechargeMark.objects.create(first=first, kind=kind, digest=digest)
    except IntegrityError:
        return False
    return True


def marks_of(user: User) -> Iterator[tuple[str, str]]:
    """By what a person is known: (kind, keyed hash) of each confirmed address and number."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    for address in addresses:
        yield Kind.EMAIL, _digest(Kind.EMAIL, plain_address(address))
    for phone in Phone.objects.filter(user=user, verified_at__isnull=False):
        yield Kind.PHONE, _digest(Kind.PHONE, str(phone.number))


def keep_after_closing(user: User, *, now: datetime) -> None:
    """This will let the marks of somebody who leaves end in two years."""
    FirstRechargeMark.objects.filter(first__user=user, kept_until=None).update(
        kept_until=now + KEPT_AFTER_CLOSING
    )


def forget_old_marks(*, now: datetime) -> int:
    """This will delete the marks of people who left two years ago; answers how many."""
    gone, _ = FirstRechargeMark.objects.filter(kept_until__lt=now).delete()
    return gone


def plain_address(address: str) -> str:
    """An address without what its owner may vary: capitals, a note after "+", dots where they mean nothing."""
    name, _, domain = address.lower().rpartition("@")
    name = name.split(ALIASING)[0]
    if domain in UNDOTTED:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}"


def _card_mark(fingerprint: str) -> Iterator[tuple[str, str]]:
    if fingerprint:
        yield Kind.CARD, _digest(Kind.CARD, fingerprint)


def _digest(kind: str, value: str) -> str:
    said = f"first-recharge:{kind}:{value}"
    return hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()
