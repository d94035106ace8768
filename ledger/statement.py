"""A holder's own lines of the books, oldest first: every transfer that touches one of their accounts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

OPERATIONS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What one transfer changed on one account of the holder. Of the other side only the code is told."""

    operation_id: int
    kind: str
    at: datetime
    account: str
    unit: str
    change: int  # signed: what came in is positive
    counter_account: str


def statement(holder: int) -> Iterator[StatementLine]:
    """Yield every line of a holder, in constant memory. A transfer between two of their accounts gives two."""
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_PAGE, {"holder": holder, "after": after, "limit": OPERATIONS_AT_ONCE})
            rows = cursor.fetchall()
        if not rows:
            return
        yield from (StatementLine(*row) for row in rows)
        after = rows[-1][0]


# Each branch walks its own partial index forwards and stops after one page (see ledger.selectors).
_SIDE = """
    (SELECT operation_id FROM ledger_journal
     WHERE {side}_id = mine.id AND {side}_id > 0 AND operation_id > %(after)s
     ORDER BY operation_id LIMIT %(limit)s)
"""
_PAGE = f"""
    WITH mine AS (
        SELECT id, code FROM ledger_account WHERE holder = %(holder)s AND id > 0
    ), page AS (
        SELECT DISTINCT found.operation_id FROM mine CROSS JOIN LATERAL (
            {" UNION ALL ".join(_SIDE.format(side=side) for side in ("debit", "credit", "debit_2", "credit_2"))}
        ) found
        ORDER BY found.operation_id LIMIT %(limit)s
    )
    SELECT operation.id, operation.kind, operation.at, mine.code, transfer.unit,
           CASE WHEN transfer.credit_id = mine.id THEN transfer.amount ELSE -transfer.amount END, other.code
    FROM page
    JOIN ledger_operation operation ON operation.id = page.operation_id
    JOIN ledger_transfer transfer ON transfer.operation_id = page.operation_id
    JOIN mine ON mine.id IN (transfer.debit_id, transfer.credit_id)
    JOIN ledger_account other
        ON other.id = CASE WHEN transfer.credit_id = mine.id THEN transfer.debit_id ELSE transfer.credit_id END
    ORDER BY operation.id, transfer.position, mine.id
"""  # noqa: S608 - only the four column names are filled in
