"""What `ledger_check` asks of lots: every coin that left a line named itself, was not spent, and came back once."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from ledger.books import LotPart
from ledger.lotparts import count, without
from ledger.lots import COINS, Line, line, spent_before

MOST_FINDINGS = 100  # of one kind

# Coins leave by being spent or by being taken back, and a taking names its lot.
UNNAMED = """
    SELECT account.id, account.debits - account.spent - coalesce(named.taken, 0)
    FROM ledger_account account
    LEFT JOIN (
        SELECT transfer.debit_id, sum(transfer.amount) AS taken
        FROM ledger_operation operation JOIN ledger_transfer transfer ON transfer.operation_id = operation.id
        WHERE operation.lot_id IS NOT NULL GROUP BY transfer.debit_id
    ) named ON named.debit_id = account.id
    WHERE account.id > 0 AND account.code = %s AND account.debits - account.spent <> coalesce(named.taken, 0)
    ORDER BY account.id LIMIT %s
"""
TAKEN_FROM = """
    SELECT account.id, account.holder FROM ledger_account account
    WHERE account.id > 0 AND account.code = %s
      AND account.holder IN (SELECT holder FROM ledger_operation WHERE lot_id IS NOT NULL)
    ORDER BY account.id
"""


def findings() -> list[str]:
    """One sentence for each account whose coins cannot be told apart any more, and each taking that could not be."""
    unnamed = _rows(UNNAMED, [COINS, MOST_FINDINGS])
    found = [
        f"account {account}: {coins} coins left it that are neither spent nor of a lot"
        for account, coins in unnamed
    ]
    broken = {account for account, _ in unnamed}
    for account, holder in _rows(TAKEN_FROM, [COINS]):
        if account not in broken:
            of = line(holder)
            found += [*_wrong_takings(of), *_wrong_returns(of)]
    return found


def _wrong_takings(of: Line) -> Iterator[str]:
    """Takings of coins that were spent by then, or not there: they would have changed what paid for a gift."""
    spent = spent_before(of, [taking.id for taking in of.takings])
    gone: list[LotPart] = []
    for taking in of.takings:
        there = without([lot.whole for lot in of.lots if lot.id < taking.id], gone)
        unspent = _after(there, spent[taking.id])
        if without(taking.taken, unspent):
            yield f"operation {taking.id} ({taking.key}): it takes coins back that were not there to be taken"
        gone += taking.taken


def _wrong_returns(of: Line) -> Iterator[str]:
    """Coins that came back twice, or while they were still there."""
    back: list[LotPart] = []
    for lot in of.lots:
        again = count(without(lot.origin, back)) < count(lot.origin)
        if again or of.unspent(lot.origin) or (lot.origin and count(lot.origin) < lot.coins):
            yield f"operation {lot.id}: it brings coins back that were not gone"
        back += lot.origin


def _after(parts: list[LotPart], spent: int) -> list[LotPart]:
    """The coins behind the first `spent`."""
    left = []
    for part in parts:
        skipped = min(spent, part.coins)
        spent -= skipped
        if skipped < part.coins:
            left.append(LotPart(part.lot, part.first + skipped, part.coins - skipped))
    return left


def _rows(sql: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
