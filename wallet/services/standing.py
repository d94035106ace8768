"""How long a fan's gifts stay pending at the creator: longer for a new or a risky payer (docs/ledger.md)."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from ledger import books
from wallet.models import Payer

NEW_FOR = timedelta(days=30)  # after the first credited order
NEW_PAYER_DAYS, RISKY_PAYER_DAYS, KNOWN_PAYER_DAYS = 21, 21, 7
SWEEP_LIMIT = 500


def keep_hold_class(*, user: User, credited_at: datetime, now: datetime) -> Payer:
    """This will set the fan's hold class by their first credited order and what speaks against them.

    Runs in the caller's transaction.
    """
    Payer.objects.bulk_create(
        [Payer(user=user, first_credited_at=credited_at, hold_days=NEW_PAYER_DAYS)], ignore_conflicts=True
    )
    payer = Payer.objects.select_for_update().get(user=user)
    _settle(payer, user, now)
    return payer


def judge_payer(*, user: User, is_risky: bool, now: datetime) -> None:
    """This will make what a paying fan gives from now on mature late, or as everybody's. Gifts sent keep their day.

    Runs in the caller's transaction. Somebody whose payment never was credited is no payer.
    """
    payer = Payer.objects.select_for_update().filter(user=user).first()
    if payer is None or (payer.risky_since is not None) == is_risky:
        return
    payer.risky_since = now if is_risky else None
    _settle(payer, user, now)


def settle_known_payers(*, now: datetime) -> int:
    """This will shorten the hold of everybody whose first credited order is 30 days old by now; answers how many."""
    due = Payer.objects.filter(
        hold_days=NEW_PAYER_DAYS, risky_since=None, first_credited_at__lte=now - NEW_FOR
    )
    people = User.objects.filter(payer__in=due).order_by("payer__first_credited_at")[:SWEEP_LIMIT]
    for user in people:
        with transaction.atomic(durable=True):
            keep_hold_class(user=user, credited_at=now, now=now)
    return len(people)


def _settle(payer: Payer, user: User, now: datetime) -> None:
    is_new = now < payer.first_credited_at + NEW_FOR
    payer.hold_days = NEW_PAYER_DAYS if is_new else KNOWN_PAYER_DAYS
    if payer.risky_since is not None:
        payer.hold_days = max(payer.hold_days, RISKY_PAYER_DAYS)
    payer.save(update_fields=["hold_days", "risky_since"])
    books.set_hold(user.ledger_id, payer.hold_days)
