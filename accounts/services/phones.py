"""A person proves, changes and gives up a phone number."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.errors import LastWayIn, NoPhone, PhoneTaken
from accounts.models import Phone, User
from accounts.models.phone import masked
from accounts.services.activity import record_security_event
from accounts.sms.delivery import owe_text


def claim_phone(*, user: User, number: str) -> Phone:
    """Note that `user`, who has no number yet, says that `number` is theirs. Joins the caller's transaction."""
    return Phone.objects.create(user=user, number=number)


def verify_phone(*, user: User, number: str, now: datetime, request: HttpRequest | None = None) -> Phone:
    """Give `number`, whose code was just typed, to `user`: it replaces another one, and claims of others go.

    `now` in wall time. The number that is replaced is told. Opens a transaction, or joins the caller's.

    Raises:
        PhoneTaken: the number was verified by somebody else in the meantime; nothing was changed.
    """
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        before = Phone.objects.filter(user=user).first()
        if before is not None and before.is_verified and str(before.number) == number:
            return before
        phone = _take(user, number, now)
        Phone.objects.filter(number=number, verified_at__isnull=True).delete()
        is_new = before is None or not before.is_verified
        kind = "phone_added" if is_new else "phone_changed"
        record_security_event(user=user, kind=kind, now=now, request=request, number=masked(number))
        if before is not None and not is_new:
            owe_text(number=str(before.number), kind="phone_changed", now=now, user=user)
    return phone


def remove_phone(*, user: User, now: datetime, request: HttpRequest | None = None) -> str:
    """Take the number away from `user`, tell it, and return it. The caller asked for a step-up.

    Raises:
        NoPhone: there is none.
        LastWayIn: without it nobody could get into the account; nothing was changed.
    """
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        phone = Phone.objects.filter(user=user).first()
        if phone is None:
            raise NoPhone()
        if not ways_in_beside_phone(user):
            raise LastWayIn()
        number = str(phone.number)
        phone.delete()
        record_security_event(
            user=user, kind="phone_removed", now=now, request=request, number=masked(number)
        )
        owe_text(number=number, kind="phone_removed", now=now, user=user)
    return number


def ways_in_beside_phone(user: User) -> bool:
    """Whether `user` can still get in, and get a new password, without a phone."""
    others = (EmailAddress.objects.filter(user=user, verified=True), SocialAccount.objects.filter(user=user))
    return any(way.exists() for way in others)


def _take(user: User, number: str, now: datetime) -> Phone:
    facts = {"number": number, "verified_at": now, "claimed_at": now}
    try:
        with transaction.atomic():
            return Phone.objects.update_or_create(user=user, defaults=facts)[0]
    except IntegrityError as error:
        if "accounts_phone_verified_unique" in str(error):
            raise PhoneTaken() from error
        raise
