"""`ledger_check`: recompute the books and say what is wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction

from ledger import hooks

MOST_FINDINGS = 200  # a broken disk names thousands of rows; the first ones tell


@dataclass(frozen=True, slots=True)
class Report:
    """What a check counted and found. `ok` when it found nothing."""

    ok: bool
    operations: int
    transfers: int
    accounts: int
    findings: list[str]

    def as_json(self) -> dict[str, Any]:
        """The report as the command prints it."""
        return asdict(self)


def run() -> Report:
    """This will read the whole books in one snapshot, and what upper floors registered in `ledger.hooks.checks`."""
    with _one_snapshot():
        operations, transfers, accounts = _counts()
        findings = [*_findings(), *(finding for answer in hooks.checks.call_all() for finding in answer)]
    return Report(
        ok=not findings,
        operations=operations,
        transfers=transfers,
        accounts=accounts,
        findings=findings[:MOST_FINDINGS],
    )


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """A read-only transaction that sees one moment; inside a caller's transaction, whatever that sees."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _counts() -> tuple[int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_operation), (SELECT count(*) + count(unit_2) FROM ledger_journal),"
            " (SELECT count(*) FROM ledger_account)"
        )
        operations, transfers, accounts = cursor.fetchone() or (0, 0, 0)
    return operations, transfers, accounts


def _findings() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_findings() UNION ALL SELECT ledger_seal_findings() LIMIT %s", [MOST_FINDINGS]
        )
        return [finding for (finding,) in cursor.fetchall()]
