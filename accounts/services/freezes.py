"""Freezing what a person has, for a reason, and thawing it when no reason is left.

The books know one mark per holder; the reasons are rows here. Whoever thaws lifts only their own reason.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import SpendingFreeze, User
from ledger import books


def freeze_spending(*, user: User, reason: str, now: datetime) -> None:
    """SpendingFreeze all that `user` has, for `reason` too. At once, on the hot path as well; twice is once.

    Joins the caller's transaction, and locks the person, then their accounts.
    """
    with transaction.atomic():
        _lock(user)
        if _is_frozen(user) and not _standing(user):  # by hand, before reasons were kept: nobody's to lift
            SpendingFreeze.objects.create(user=user, reason=SpendingFreeze.Reason.OTHER, at=now)
        if not SpendingFreeze.objects.filter(user=user, reason=reason, lifted_at=None).exists():
            SpendingFreeze.objects.create(user=user, reason=reason, at=now)
        books.freeze(user.ledger_id, frozen=True)


def thaw_spending(*, user: User, reason: str, now: datetime) -> None:
    """Lift `reason`. What `user` has thaws if no other reason stands. Joins the caller's transaction."""
    with transaction.atomic():
        _lock(user)
        lifted = SpendingFreeze.objects.filter(user=user, reason=reason, lifted_at=None).update(lifted_at=now)
        if lifted and not _standing(user):
            books.freeze(user.ledger_id, frozen=False)


def _lock(user: User) -> None:
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)


def _standing(user: User) -> bool:
    return SpendingFreeze.objects.filter(user=user, lifted_at=None).exists()


def _is_frozen(user: User) -> bool:
    return any(account.frozen for account in books.lock([books.Ref(user.ledger_id, "coins")]))
