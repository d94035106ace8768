"""The Python door of the books: value types, and the calls that the rest of the house makes.

Amounts are integers: coins, hundredths of a diamond, minor units of money. A transfer takes from its `debit` account
and gives to its `credit` account. A holder's account may never be overdrawn; the platform's may.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

import psycopg
from django.db import DatabaseError, connection
from psycopg.types.json import Jsonb

from ledger.errors import AccountFrozen, Insufficient, KeyReused, OverCeiling, TryAgain
from ledger.models import LARGEST_AMOUNT

PLATFORM = 0
COIN = "COIN"
DIAMOND = "DIAMOND"

Status = Literal["posted", "replayed", "conflict", "frozen", "over_ceiling", "insufficient"]
LARGEST_BATCH = 5_000  # operations; a caller with more posts them in several calls
BUSY = {"40001", "40P01"}  # serialization failure, deadlock: rolled back whole, may be repeated
KEY_ONCE = "ledger_operation_key_once"  # broken by two requests with one key and not one account in common


class Ref(NamedTuple):
    """An account by its name; the unit comes from the transfer that uses it."""

    holder: int
    code: str


class Transfer(NamedTuple):
    """`amount` of `unit`, taken from `debit` and given to `credit`."""

    unit: str
    debit: Ref
    credit: Ref
    amount: int


class LotPart(NamedTuple):
    """`coins` of the lot that operation `lot` made, from its coin number `first` (0, 1, …) on."""

    lot: int
    first: int
    coins: int


@dataclass(frozen=True, slots=True)
class Operation:
    """Transfers that stand or fall together, applied in order, under a key that `holder` uses once.

    `payer` is an account of one of the transfers: its balance is answered, and if it is frozen, an operation that
    takes from it is refused. What the system itself moves names no payer. With `spends`, what the payer pays counts
    as spent, which is what gifts do.

    `lot` names the operation whose lot this one takes back from; `origin`, of coins that are taken back or come back,
    the parts of lots that they were (ledger/lots.py).
    """

    holder: int
    key: str
    kind: str
    request_hash: bytes
    transfers: Sequence[Transfer]
    payer: Ref | None = None
    spends: bool = False
    lot: int | None = None
    origin: Sequence[LotPart] | None = None


class Posted(NamedTuple):
    """What became of one operation. `balance` is the payer's: after it, or as it is when refused."""

    status: Status
    operation_id: int | None
    balance: int | None


class AccountRow(NamedTuple):
    """A locked account as it stands."""

    holder: int
    code: str
    unit: str
    balance: int
    spent: int
    frozen: bool
    hold_days: int | None


def request_hash(*parts: object) -> bytes:
    """SHA-256 over what a caller asked for, so that a key used again for something else is seen."""
    digest = hashlib.sha256()
    for part in parts:
        text = str(part).encode()
        digest.update(b"%d:" % len(text) + text)
    return digest.digest()


def post(operations: Sequence[Operation], *, now: datetime) -> list[Posted]:
    """Post a batch as if one by one, in order; one answer per operation, in order. A refusal changes nothing.

    Runs in the caller's transaction, which commits or rolls back the whole batch. Call it late: from here to the
    commit the accounts stay locked.

    Raises:
        TryAgain: a deadlock or a key raced; the transaction is lost (`ledger.retry` runs it again).
    """
    assert connection.in_atomic_block, "the caller opens the transaction"
    assert len(operations) <= LARGEST_BATCH, len(operations)
    if not operations:
        return []
    with connection.cursor() as cursor, busy_as_try_again():
        cursor.execute(_POST, [*_arrays(operations), now])
        return [Posted(*row) for row in cursor.fetchall()]


def post_one(operation: Operation, *, now: datetime) -> Posted:
    """Post one operation, or find that it was posted before.

    Raises:
        KeyReused: the key stands for another request.
        AccountFrozen, OverCeiling, Insufficient: the books refused; nothing was changed.
        TryAgain: see `post`.
    """
    (answer,) = post([operation], now=now)
    match answer.status:
        case "posted" | "replayed":
            return answer
        case "conflict":
            raise KeyReused
        case "frozen":
            raise AccountFrozen
        case "over_ceiling":
            raise OverCeiling
        case "insufficient" if operation.payer is not None:
            raise Insufficient(balance=answer.balance)
        case "insufficient":
            raise Insufficient


def balance(holder: int, code: str, unit: str) -> int:
    """What the account holds now; 0 if it was never used. The platform's: folded and unfolded in one snapshot."""
    if holder == PLATFORM:
        return totals().get((code, unit), 0)
    rows = _rows(
        "SELECT credits - debits FROM ledger_account WHERE holder = %s AND code = %s AND unit = %s",
        [holder, code, unit],
    )
    return int(rows[0][0]) if rows else 0


def balances(holder: int) -> dict[tuple[str, str], int]:
    """Every account of a holder that was ever used, by (code, unit)."""
    assert holder != PLATFORM, "the platform's balances are totals()"
    rows = _rows("SELECT code, unit, credits - debits FROM ledger_account WHERE holder = %s", [holder])
    return {(code, unit): amount for code, unit, amount in rows}


def totals() -> dict[tuple[str, str], int]:
    """Credits less debits of every code family over all holders, by (family, unit), as of this very moment.

    The family of `diamonds.pending/2026-11-22` is `diamonds.pending`. Folded and unfolded, in one snapshot.
    """
    rows = _rows("SELECT family, unit, credits - debits FROM ledger_standing")
    return {(family, unit): amount for family, unit, amount in rows}


def imbalance() -> dict[str, int]:
    """What does not add up; {} when all is right.

    By unit: the sum over all accounts, which is 0. By `family unit` of the holders' accounts: live balances less
    what the journal says.
    """
    rows = _rows(
        """
        SELECT unit, sum(credits - debits)::bigint FROM ledger_standing
        GROUP BY unit HAVING sum(credits - debits) <> 0
        UNION ALL
        SELECT coalesce(live.family, told.family) || ' ' || coalesce(live.unit, told.unit),
               coalesce(live.balance, 0) - coalesce(told.balance, 0)
        FROM (
            SELECT split_part(code, '/', 1) AS family, unit, sum(credits - debits)::bigint AS balance
            FROM ledger_account WHERE id > 0 GROUP BY 1, 2
        ) live
        FULL JOIN (
            SELECT family, unit, credits - debits AS balance FROM ledger_standing standing
            WHERE NOT EXISTS (
                SELECT FROM ledger_account platform
                WHERE platform.id < 0 AND platform.unit = standing.unit
                  AND split_part(platform.code, '/', 1) = standing.family
            )
        ) told ON told.family = live.family AND told.unit = live.unit
        WHERE coalesce(live.balance, 0) <> coalesce(told.balance, 0)
        """
    )
    return dict(rows)


def lock(refs: Sequence[Ref]) -> list[AccountRow]:
    """Lock the named holders' accounts in the one order and return them as they stand, those that exist.

    For a decision that rests on a balance; post in the same transaction.
    """
    assert connection.in_atomic_block, "a lock lives as long as its transaction"
    with busy_as_try_again():
        rows = _rows(
            "SELECT holder, code, unit, credits - debits, spent, frozen, hold_days FROM ledger_lock(%s, %s)",
            [[ref.holder for ref in refs], [ref.code for ref in refs]],
        )
    return [AccountRow(*row) for row in rows]


def open_accounts(holder: int, accounts: Sequence[tuple[str, str]]) -> None:
    """Make a holder's accounts, given as (code, unit), where they are missing. Posting does it by itself."""
    codes, units = [code for code, _ in accounts], [unit for _, unit in accounts]
    _call("SELECT ledger_open(%s, %s, %s)", [[holder] * len(codes), codes, units])


def freeze(holder: int, *, frozen: bool) -> None:
    """Freeze or thaw everything a holder has: while frozen, nothing can be spent or cashed out by its owner."""
    open_accounts(holder, [("coins", COIN)])  # so that there is an account to carry the mark
    _call("SELECT ledger_freeze(%s, %s)", [holder, frozen])


def limit(holder: int, *, period: str, coins: int | None, zone: str, now: datetime) -> None:
    """Let a fan spend at most `coins` in each `period` (day, week, month); None takes the limit away. At once.

    What was spent since the running period began counts. `zone` (IANA) says whose calendar; another zone counts from
    the next period on.
    """
    _call("SELECT ledger_limit(%s, 'coins', 'COIN', %s, %s, %s, %s)", [holder, period, coins, zone, now])


def pause(holder: int, *, until: datetime | None, now: datetime) -> None:
    """Let a fan spend no coins until then, at once; None lifts it. What comes in, and diamonds, are not touched."""
    _call("SELECT ledger_pause(%s, 'coins', 'COIN', %s, %s)", [holder, until, now])


def set_hold(holder: int, days: int | None) -> None:
    """Set how many days what this fan gives stays pending at the creator; None is the house's default."""
    _call("SELECT ledger_set_hold(%s, 'coins', 'COIN', %s)", [holder, days])


def rest(refs: Sequence[Ref]) -> None:
    """Mark those of the accounts that are empty as done with: the scan for due ones passes them by until a credit.

    Under the lock that moved what was in them.
    """
    _call("SELECT ledger_rest(%s, %s)", [[ref.holder for ref in refs], [ref.code for ref in refs]])


def fold(
    *,
    currency: str,
    coin_value_micro: int,
    diamond_value_micro: int,
    now: datetime,
    micro_per_minor: int = 10_000,
) -> int | None:
    """Fold the settled part of the journal into the totals and post the money of its gifts (fold.sql says how).

    Values in millionths of `currency`'s major unit, of one coin and one whole diamond. Answers the run's id, or None
    when there was nothing to fold or another fold is at work. Opens no transaction of its own.
    """
    rows = _rows(
        "SELECT ledger_fold(%s, %s, %s, %s, %s)",
        [currency, micro_per_minor, coin_value_micro, diamond_value_micro, now],
    )
    return None if rows[0][0] is None else int(rows[0][0])


@contextmanager
def busy_as_try_again() -> Iterator[None]:
    """Turn a deadlock, a serialization failure or a raced key into TryAgain."""
    try:
        yield
    except DatabaseError as error:
        cause = error.__cause__
        if isinstance(cause, psycopg.Error) and (
            cause.sqlstate in BUSY or cause.diag.constraint_name == KEY_ONCE
        ):
            raise TryAgain from error
        raise


_POST = """
SELECT status, operation_id, balance FROM ledger_post(
    (%s::bigint[], %s::text[], %s::text[], NULL),
    (%s::bigint[], %s::text[], %s::text[], %s::bytea[], %s::integer[], %s::boolean[], NULL, %s::bigint[], %s::jsonb[],
     %s::integer[], %s::integer[], %s::integer[], %s::bigint[]),
    %s)
"""


def _arrays(operations: Sequence[Operation]) -> list[list[Any]]:
    """The batch as ledger_post takes it: accounts, operations and transfers in columns."""
    numbers: dict[tuple[int, str, str], int] = {}

    def number(ref: Ref, unit: str) -> int:
        return numbers.setdefault((ref.holder, ref.code, unit), len(numbers) + 1)

    moves: list[tuple[int, int, int]] = []  # giver, taker, amount
    payers: list[int | None] = []
    for operation in operations:
        _require_well_formed(operation)
        for unit, debit, credit, amount in operation.transfers:
            moves.append((number(debit, unit), number(credit, unit), amount))
        payers.append(number(operation.payer, _payers_unit(operation)) if operation.payer else None)
    accounts = list(numbers)
    return [
        [holder for holder, _, _ in accounts],
        [code for _, code, _ in accounts],
        [unit for _, _, unit in accounts],
        [operation.holder for operation in operations],
        [operation.key for operation in operations],
        [operation.kind for operation in operations],
        [operation.request_hash for operation in operations],
        payers,
        [operation.spends for operation in operations],
        [operation.lot for operation in operations],
        [None if operation.origin is None else Jsonb(operation.origin) for operation in operations],
        [len(operation.transfers) for operation in operations],
        *(list(column) for column in zip(*moves, strict=True)),
    ]


def _require_well_formed(operation: Operation) -> None:
    assert operation.transfers, "an operation moves something"
    assert all(0 < transfer.amount <= LARGEST_AMOUNT for transfer in operation.transfers), operation
    assert operation.payer or not operation.spends, "who spends is the payer"


def _payers_unit(operation: Operation) -> str:
    units = (t.unit for t in operation.transfers if operation.payer in (t.debit, t.credit))
    unit = next(units, None)
    assert unit is not None, "the payer takes part in the operation"
    return unit


def _rows(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _call(sql: str, parameters: Sequence[Any]) -> None:
    with connection.cursor() as cursor, busy_as_try_again():
        cursor.execute(sql, parameters)
