"""Maturity by date: what is due, what is read to find it, and that the date decides, not the task."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from ledger import books, checks
from ledger.books import DIAMOND, PLATFORM, Operation, Ref, Transfer, request_hash
from ledger.models import Account
from payouts import bookings, selectors
from payouts.services.maturity import mature_diamonds, mature_holder

pytestmark = pytest.mark.django_db(transaction=True)

CARA, DAVE = 13, 14
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOON.date()


def code(day: date) -> str:
    return f"{bookings.PENDING_PREFIX}{day.isoformat()}"


def earn(holder: int, day: date, units: int, key: str = "") -> None:
    moves = [Transfer(DIAMOND, Ref(PLATFORM, "diamonds.issued"), Ref(holder, code(day)), units)]
    name = key or f"earn:{holder}:{day}"
    with transaction.atomic():
        books.post([Operation(holder, name, "test", request_hash(name, units), moves)], now=NOON)


def mature(days_later: int = 0) -> int:
    return mature_diamonds(now=NOON + timedelta(days=days_later))


def diamonds(holder: int) -> dict[str, int]:
    return {name: amount for (name, _), amount in books.balances(holder).items() if amount}


def test_what_is_due_moves_and_what_is_not_stays() -> None:
    for days, units in ((-3, 1), (0, 20), (1, 300)):
        earn(CARA, TODAY + timedelta(days=days), units)
    assert mature() == 2
    assert diamonds(CARA) == {"diamonds.available": 21, code(TODAY + timedelta(days=1)): 300}
    assert mature() == 0
    assert mature(days_later=1) == 1
    assert diamonds(CARA) == {"diamonds.available": 321}


def test_what_comes_late_to_a_day_that_was_moved_is_moved_too() -> None:
    earn(CARA, TODAY, 20)
    mature()
    assert Account.objects.get(code=code(TODAY)).at_rest
    earn(CARA, TODAY, 7, key="late")
    assert not Account.objects.get(code=code(TODAY)).at_rest
    assert mature() == 1
    assert diamonds(CARA) == {"diamonds.available": 27}
    assert checks.run().findings == []


def test_an_account_that_was_emptied_otherwise_comes_to_rest_without_a_word() -> None:
    earn(CARA, TODAY, 20)
    held = [Transfer(DIAMOND, Ref(CARA, code(TODAY)), Ref(CARA, "diamonds.held"), 20)]
    with transaction.atomic():
        books.post([Operation(CARA, "hold", "test", request_hash("hold"), held)], now=NOON)
    assert mature() == 0
    assert selectors.due_pending_accounts(TODAY) == []
    assert diamonds(CARA) == {"diamonds.held": 20}


def test_an_account_with_something_in_it_never_rests() -> None:
    earn(CARA, TODAY, 20)
    books.rest([Ref(CARA, code(TODAY))])
    assert selectors.due_pending_accounts(TODAY) == [(CARA, code(TODAY))]


def test_one_creators_diamonds_mature_without_the_task() -> None:
    earn(CARA, TODAY, 20)
    earn(DAVE, TODAY, 30)
    with transaction.atomic():
        mature_holder(holder=CARA, now=NOON)
    assert diamonds(CARA) == {"diamonds.available": 20}
    assert diamonds(DAVE) == {code(TODAY): 30}


def scan(today: date) -> dict[str, Any]:
    """How the database finds what is due: the plan's node that reads the table, and what it read."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table this small would be read whole
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        told = selectors.due_pending(today).explain(format="json", analyze=True)
    plan: dict[str, Any] = json.loads(told)[0]["Plan"]
    return plan


def test_the_scan_reads_the_due_accounts_alone() -> None:
    for days in range(-40, 40):
        earn(CARA, TODAY + timedelta(days=days), 5)
    mature(days_later=-2)
    read = scan(TODAY)
    assert (read["Node Type"], read["Index Name"]) == ("Index Scan", "ledger_account_pending")
    assert (read["Actual Rows"], read.get("Rows Removed by Filter", 0)) == (2, 0)


def updates() -> tuple[int, int]:
    """All updates of accounts in this transaction, and those that wrote no index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'ledger_account'"
        )
        every, hot = cursor.fetchone() or (0, 0)
    return every, hot


def test_to_credit_a_pending_account_writes_no_index() -> None:
    earn(CARA, TODAY, 5)
    with transaction.atomic():
        before = updates()
        for number in range(5):
            earn(CARA, TODAY, 5, key=f"more:{number}")
        assert tuple(after - since for after, since in zip(updates(), before, strict=True)) == (5, 5)
    assert mature() == 1
