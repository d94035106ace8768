"""Reading the journal for people: what happened to an account, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection


@dataclass(frozen=True, slots=True)
class Entry:
    """What one operation changed on one account of a holder. `change` is signed: what came in is positive."""

    operation_id: int
    kind: str
    key: str
    at: datetime
    code: str
    unit: str
    change: int


def history(
    *, holder: int, codes: Sequence[str], before_id: int | None = None, limit: int = 25
) -> list[Entry]:
    """The newest `limit` operations on a holder's accounts, older than operation `before_id`.

    `codes` are families: `diamonds.pending` finds `diamonds.pending/2026-11-30`. An operation that changed two of
    the accounts gives two entries. The next page starts before the last entry's `operation_id`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _HISTORY, {"holder": holder, "codes": list(codes), "before": before_id, "limit": limit}
        )
        return [Entry(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a limit lets be spent in its period, and what was, as of a moment."""

    period: str
    amount: int
    spent: int
    ends_at: datetime

    @property
    def left(self) -> int:
        return max(self.amount - self.spent, 0)


def allowances(*, holder: int, code: str, unit: str, now: datetime) -> list[Allowance]:
    """An account's limits as they stand at `now`, whether or not a posting has begun their periods yet."""
    with connection.cursor() as cursor:
        cursor.execute(_ALLOWANCES, {"holder": holder, "code": code, "unit": unit, "now": now})
        return [Allowance(*row) for row in cursor.fetchall()]


def spent_by_month(*, holder: int, code: str, unit: str, since: datetime, zone: str) -> dict[date, int]:
    """What was spent of an account in each calendar month of `zone` that had any, by the month's first day."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SPENT_BY_MONTH, {"holder": holder, "code": code, "unit": unit, "since": since, "zone": zone}
        )
        return dict(cursor.fetchall())


# Each branch walks its own index backwards and stops after one page, however long the journal is. The `> 0` is what
# the partial indexes are built with: a holder's accounts have positive ids.
_SIDE = """
    (SELECT operation_id FROM ledger_journal
     WHERE {side}_id = mine.id AND {side}_id > 0 AND operation_id < coalesce(%(before)s, 9223372036854775807)
     ORDER BY operation_id DESC LIMIT %(limit)s)
"""
_HISTORY = f"""
    WITH mine AS (
        SELECT id, code, unit FROM ledger_account
        WHERE holder = %(holder)s AND id > 0 AND split_part(code, '/', 1) = ANY (%(codes)s)
    ), newest AS (
        SELECT DISTINCT found.operation_id FROM mine CROSS JOIN LATERAL (
            {" UNION ALL ".join(_SIDE.format(side=side) for side in ("debit", "credit", "debit_2", "credit_2"))}
        ) found
        ORDER BY found.operation_id DESC LIMIT %(limit)s
    )
    SELECT operation.id, operation.kind, operation.key, operation.at, mine.code, mine.unit,
           sum(side.credit - side.debit)::bigint
    FROM newest
    JOIN ledger_operation operation ON operation.id = newest.operation_id
    JOIN ledger_side side ON side.operation_id = operation.id
    JOIN mine ON mine.id = side.account_id
    GROUP BY operation.id, mine.id, mine.code, mine.unit
    ORDER BY operation.id DESC, mine.id
"""  # noqa: S608 - only the four column names are filled in

_ALLOWANCES = """
    SELECT l.period, l.amount, CASE WHEN l.ends_at > %(now)s THEN account.spent - l.spent_at_start ELSE 0 END,
           CASE WHEN l.ends_at > %(now)s THEN l.ends_at
                ELSE (SELECT next.ends_at FROM ledger_period(l.period, %(now)s, l.zone) next) END
    FROM ledger_limit l JOIN ledger_account account ON account.id = l.account_id
    WHERE account.holder = %(holder)s AND account.code = %(code)s AND account.unit = %(unit)s AND l.period <> 'pause'
    ORDER BY array_position(array['day', 'week', 'month'], l.period)
"""

# As ledger_spent_since, by month.
_SPENT_BY_MONTH = """
    SELECT date_trunc('month', o.at AT TIME ZONE %(zone)s)::date, sum(transfer.amount)::bigint
    FROM ledger_account mine
    JOIN ledger_operation o ON o.payer_id = mine.id AND o.spends AND o.at >= %(since)s
    JOIN ledger_transfer transfer ON transfer.operation_id = o.id AND transfer.debit_id = mine.id
    WHERE mine.holder = %(holder)s AND mine.code = %(code)s AND mine.unit = %(unit)s
      AND o.id IN (SELECT operation_id FROM ledger_journal WHERE debit_id = mine.id AND debit_id > 0
                   UNION SELECT operation_id FROM ledger_journal WHERE debit_2_id = mine.id AND debit_2_id > 0)
    GROUP BY 1
"""
