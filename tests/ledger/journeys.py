"""Operations as the floors above the books make them, in small: a recharge, a gift, a payout."""

import time
from uuid import uuid4

from django.db import connection, transaction

from ground import clock
from ledger import books, seals
from ledger.books import COIN, DIAMOND, PLATFORM, Operation, Posted, Ref, Transfer, request_hash

COIN_VALUE_MICRO, DIAMOND_VALUE_MICRO = 12_900, 6_450
DUE = "diamonds.pending/2026-11-30"


def recharge(fan: int, coins: int, *, key: str = "", gross_minor: int = 0) -> Operation:
    """`coins` for `fan`, paid with `gross_minor` (by default what the coins are worth, rounded up)."""
    worth = coins * COIN_VALUE_MICRO // 10_000
    gross = gross_minor or worth + 1
    money = [Transfer("USD", Ref(PLATFORM, "provider.cash"), Ref(PLATFORM, "tax.payable"), gross - worth)]
    if worth:
        money.append(Transfer("USD", Ref(PLATFORM, "provider.cash"), Ref(PLATFORM, "coin.float"), worth))
    return Operation(
        holder=fan,
        key=key or f"order:{uuid4()}",
        kind="recharge",
        request_hash=request_hash("recharge", fan, coins),
        transfers=[Transfer(COIN, Ref(PLATFORM, "coins.issued"), Ref(fan, "coins"), coins), *money],
        payer=Ref(fan, "coins"),
    )


def gift(fan: int, creator: int, coins: int, *, key: str = "", units_per_coin: int = 100) -> Operation:
    """`coins` of `fan` given to `creator`."""
    return Operation(
        holder=fan,
        key=key or f"gift:{uuid4()}",
        kind="gift",
        request_hash=request_hash("gift", fan, creator, coins),
        transfers=[
            Transfer(COIN, Ref(fan, "coins"), Ref(PLATFORM, "coins.redeemed"), coins),
            Transfer(DIAMOND, Ref(PLATFORM, "diamonds.issued"), Ref(creator, DUE), coins * units_per_coin),
        ],
        payer=Ref(fan, "coins"),
        spends=True,
    )


def post(*operations: Operation) -> list[Posted]:
    """Post one batch in a transaction of its own."""
    with transaction.atomic():
        return books.post(operations, now=clock.now())


def fold() -> int | None:
    """One fold at the values above."""
    let_others_pass()
    return books.fold(
        currency="USD",
        coin_value_micro=COIN_VALUE_MICRO,
        diamond_value_micro=DIAMOND_VALUE_MICRO,
        now=clock.now(),
    )


def fold_everything() -> None:
    """Fold until nothing is left unfolded."""
    deadline = time.monotonic() + 60
    fold()
    while unfolded_rows():
        assert time.monotonic() < deadline, f"{unfolded_rows()} rows stay unfolded"
        time.sleep(0.05)
        fold()


def let_others_pass() -> None:
    """Wait while a transaction of the other test process, which began before our newest row, holds the watermark."""
    deadline = time.monotonic() + 60
    with connection.cursor() as cursor:
        while True:
            cursor.execute(OTHERS_BEFORE_US)
            (others,) = cursor.fetchone() or (0,)
            if not others:
                return
            assert time.monotonic() < deadline, "a transaction of another database stays open"
            time.sleep(0.02)


# The watermark is the whole cluster's, and each test process has a database of its own in it.
OTHERS_BEFORE_US = """
SELECT count(*) FROM pg_stat_activity
WHERE datname <> current_database()
AND backend_xid::text::bigint <= (SELECT coalesce(max(xid), '0') FROM ledger_journal)::text::bigint % 4294967296
"""


def unfolded_rows() -> int:
    """How many journal rows no fold has taken yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM ledger_journal row"
            " WHERE row.xid >= coalesce((SELECT max(watermark) FROM ledger_fold_run), '0')"
            " AND NOT EXISTS (SELECT FROM ledger_fold_run run WHERE run.operation_id = row.operation_id)"
        )
        (count,) = cursor.fetchone() or (0,)
    return int(count)


RATE_VERSION = 7  # the books write it down and do not look at it


def seal() -> seals.Sealed | None:
    """Seal one block, if something settled since the last."""
    return seals.seal(now=clock.now(), rate_version_id=RATE_VERSION)


def seal_everything() -> None:
    """Seal until nothing waits; what was posted in one piece is in one block."""
    let_others_pass()
    deadline = time.monotonic() + 60
    while seals.lag().operations:
        assert time.monotonic() < deadline, seals.lag()
        if seal() is None:
            time.sleep(0.02)
