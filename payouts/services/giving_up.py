"""A creator gives up diamonds that are too few to be cashed out, before they close their account."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from accounts.services import record_security_event
from ledger import books, record
from ledger.books import PLATFORM, Operation, Ref, Transfer
from ledger.retry import in_transaction
from payouts.bookings import AVAILABLE, DIAMOND
from payouts.errors import CashOutInstead, OtherDiamondsLeft
from payouts.selectors import terms_in_force
from payouts.services.maturity import mature_holder
from wallet import rates

BREAKAGE = "breakage"
KIND = "breakage"


def can_give_up(creator: User, units: int, now: datetime) -> bool:
    """Whether `units` (hundredths) are less than any cash-out: what can be paid is never given up."""
    worth = _worth_minor(units, rates.in_force(now).diamond_value_micro)
    return worth < terms_in_force(now).minimum_minor


def give_up_diamonds(*, user: User, units: int, key: str, now: datetime) -> int:
    """Give up all of `user`'s available diamonds, which must be exactly `units` hundredths, once per `key`.

    Their value goes from `creator.payable` to `breakage` (docs/ledger.md). Opens its own transaction.

    Raises:
        OtherDiamondsLeft: another number is available; `diamond_units` says how many. Nothing was changed.
        CashOutInstead: they are enough for a cash-out. Nothing was changed.
        KeyReused, AccountFrozen: nothing was changed.
    """
    return in_transaction(lambda: _give_up(user, units, key, now))


def _give_up(user: User, units: int, key: str, now: datetime) -> int:
    holder = user.ledger_id
    asked = books.request_hash("give_up_diamonds", units)
    mature_holder(holder=holder, now=now)
    purse = Ref(holder, AVAILABLE)
    left = sum(row.balance for row in books.lock([purse]) if row.unit == DIAMOND)
    if record.find(holder, _key(key), asked):
        return units
    if units < 1 or units != left:
        raise OtherDiamondsLeft(diamond_units=left)
    if not can_give_up(user, units, now):
        raise CashOutInstead
    in_force = rates.in_force(now)
    worth = _worth_minor(units, in_force.diamond_value_micro)
    money = [
        Transfer(in_force.currency, Ref(PLATFORM, "creator.payable"), Ref(PLATFORM, BREAKAGE), worth)
    ] * bool(worth)
    operation = Operation(
        holder=holder,
        key=_key(key),
        kind=KIND,
        request_hash=asked,
        transfers=[Transfer(DIAMOND, purse, Ref(PLATFORM, BREAKAGE), units), *money],
        payer=purse,
    )
    books.post_one(operation, now=now)
    record_security_event(user=user, kind="diamonds_given_up", now=timezone.now(), diamond_units=units)
    return units


def _worth_minor(units: int, diamond_value_micro: int) -> int:
    """What so many hundredths of a diamond are worth, rounded down (docs/ledger.md, Cash-out)."""
    return units * diamond_value_micro // 1_000_000


def _key(key: str) -> str:
    return f"given_up:{key}:diamonds"
