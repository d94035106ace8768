"""Sealing the books: blocks of operations that a stranger can verify (docs/ledger.md, Sealing)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from ground import clock

LATE_AFTER = timedelta(minutes=10)  # then operators are told
MOST_COUNTED = 100_000  # waiting operations; with more, nobody needs the exact number


@dataclass(frozen=True, slots=True)
class Sealed:
    """A block that was made. `is_more`: what waited did not fit into it."""

    number: int
    is_more: bool


@dataclass(frozen=True, slots=True)
class Lag:
    """What no block holds yet: how many operations (at most MOST_COUNTED are counted), and the oldest one's age."""

    operations: int
    seconds: int

    @property
    def is_late(self) -> bool:
        """Whether operators should look: a transaction somewhere in the cluster stays open, or nothing seals."""
        return self.seconds > LATE_AFTER.total_seconds()


def seal(*, now: datetime, rate_version_id: int) -> Sealed | None:
    """Seal what has settled since the last block; None when there is nothing, or another sealer is at work.

    `rate_version_id` is written into the block and not looked at. Opens no transaction of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, is_more FROM ledger_seal(%s, %s)", [now, rate_version_id])
        row = cursor.fetchone()
    return row and Sealed(*row)


def lag() -> Lag:
    """How far sealing is behind. Reads at most MOST_COUNTED rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT operations, oldest_at FROM ledger_seal_lag(%s)", [MOST_COUNTED])
        operations, oldest_at = cursor.fetchone() or (0, None)
    # Not below 0: another process's clock, or a transaction that began after this one.
    age = clock.wall() - oldest_at if oldest_at else timedelta()
    return Lag(operations=operations, seconds=max(0, int(age.total_seconds())))
