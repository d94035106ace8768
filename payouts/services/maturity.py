"""Pending diamonds whose day has come become available: the whole of each due balance, under the ledger's lock."""

import itertools
from collections import defaultdict
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from events import log
from ledger import books
from ledger.books import Operation, Posted, Ref, Transfer
from payouts import bookings
from payouts.selectors import due_pending_accounts

HOLDERS_AT_ONCE = 200
REMAINDERS_MAX = 50  # of one day and creator; a second one is rare already


def mature_diamonds(*, now: datetime) -> int:
    """Move every due pending balance to available; returns how many balances moved. May run twice, and at once."""
    due = due_pending_accounts(now.date())
    by_holder: dict[int, list[str]] = defaultdict(list)
    for holder, code in due:
        by_holder[holder].append(code)
    moved = 0
    for holders in itertools.batched(sorted(by_holder), HOLDERS_AT_ONCE):
        with transaction.atomic(durable=True):
            units = _move([Ref(holder, code) for holder in holders for code in by_holder[holder]], now)
            _tell(units)
        moved += len(units)
    return moved


def mature_holder(*, holder: int, now: datetime) -> None:
    """The same for one creator, inside the caller's transaction: a cash-out must not depend on the beat."""
    codes = [code for _, code in due_pending_accounts(now.date(), holder=holder)]
    if codes:
        _move([Ref(holder, code) for code in codes], now)


def _move(refs: list[Ref], now: datetime) -> dict[Ref, int]:
    """Units moved out of each account. The balances are read under the lock that the transaction keeps."""
    rows = [row for row in books.lock(refs) if row.unit == bookings.DIAMOND and row.balance > 0]
    units = {Ref(row.holder, row.code): row.balance for row in rows}
    remaining = dict(units)
    for number in range(REMAINDERS_MAX):
        operations = [_operation(ref, amount, number) for ref, amount in sorted(remaining.items())]
        for ref, answer in zip(sorted(remaining), books.post(operations, now=now), strict=True):
            if answer.status == "posted":
                del remaining[ref]
            else:
                _expect_used_key(ref, answer)
        if not remaining:
            books.rest(refs)
            return units
    raise AssertionError(f"more than {REMAINDERS_MAX} remainders of one day: {remaining}")


def _operation(ref: Ref, amount: int, number: int) -> Operation:
    day = date.fromisoformat(ref.code.removeprefix(bookings.PENDING_PREFIX))
    return Operation(
        holder=ref.holder,
        key=f"mature:{day}:{number}",
        kind="maturity",
        request_hash=books.request_hash("mature", str(day), number, amount),
        transfers=[Transfer(bookings.DIAMOND, ref, Ref(ref.holder, bookings.AVAILABLE), amount)],
    )


def _expect_used_key(ref: Ref, answer: Posted) -> None:
    """A key used before means that an earlier part of this day was moved; the next number is tried."""
    assert answer.status in ("replayed", "conflict"), (ref, answer)


def _tell(moved: dict[Ref, int]) -> None:
    units: dict[int, int] = defaultdict(int)
    for ref, amount in moved.items():
        units[ref.holder] += amount
    users = dict(User.objects.filter(ledger_id__in=units).values_list("ledger_id", "id"))
    news = [
        (stream, "creator.diamonds_matured", {"diamond_units": units[holder]})
        for holder, user_id in sorted(users.items(), key=lambda pair: pair[1])
        for stream in (f"creator:{user_id}", f"user:{user_id}")
    ]
    log.publish_many(news)
