"""Blocks: what they hold, how they hang together, and that every operation ends up in exactly one."""

import hashlib
import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection

from ground import clock
from ledger import books, checks, seals
from ledger.models import Block, Operation
from tests.fixtures.races import Race
from tests.ledger.journeys import RATE_VERSION, gift, post, recharge, seal, seal_everything

pytestmark = pytest.mark.django_db(transaction=True)
ALICE, BOB, CARA, DORA = 11, 12, 13, 14


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    """Another client of the runtime role, with a transaction of its own."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        yield other


def sealed_in(operation_id: int | None) -> list[int]:
    """The blocks in whose window of transactions the operation lies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT block.number FROM ledger_block block JOIN ledger_journal row"
            " ON row.xid >= block.first_watermark AND row.xid < block.watermark"
            " WHERE row.operation_id = %s AND row.position = 0",
            [operation_id],
        )
        return [number for (number,) in cursor.fetchall()]


def test_a_block_counts_what_it_holds() -> None:
    post(recharge(ALICE, 100, gross_minor=130), gift(ALICE, CARA, 30))
    seal_everything()
    block = Block.objects.get()
    assert (block.number, block.epoch, block.operations, block.transfers) == (1, 1, 2, 5)
    assert (block.totals, block.rate_version) == ({"COIN": 130, "DIAMOND": 3000, "USD": 130}, RATE_VERSION)
    assert (bytes(block.previous_hash), block.first_watermark) == (bytes(32), "0")


def test_each_block_names_the_one_before_and_begins_where_it_ends() -> None:
    for coins in (3, 2, 1):
        post(recharge(ALICE, coins))
        seal_everything()
    first, second, third = Block.objects.order_by("number")
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert (second.first_watermark, third.first_watermark) == (first.watermark, second.watermark)


def test_the_hash_is_over_the_canonical_text_that_the_docs_name() -> None:
    post(recharge(ALICE, 100, gross_minor=130), gift(ALICE, CARA, 30))
    while not Block.objects.exists():  # a transaction of the other test process may hold it back a while
        seals.seal(now=datetime(2026, 11, 22, 10, 0, 0, 5, UTC), rate_version_id=3)
    block = Block.objects.get()
    root, zeros = bytes(block.merkle_root).hex(), "0" * 64
    text = (
        f"block|1|1|{zeros}|{root}|0|{block.watermark}|2|5|COIN 130,DIAMOND 3000,USD 130|3|1795341600000005"
    )
    assert bytes(block.hash) == hashlib.sha256(text.encode()).digest()


def rfc_6962(leaves: list[bytes]) -> bytes:
    """The tree's definition, word for word."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + rfc_6962(leaves[:half]) + rfc_6962(leaves[half:])).digest()


def test_the_tree_is_that_of_rfc_6962() -> None:
    leaves = [hashlib.sha256(b"%d" % n).digest() for n in range(70)]
    with connection.cursor() as cursor:
        for count in (*range(1, 20), 31, 32, 33, 64, 65, 70):
            hashed = b"".join(hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves[:count])
            cursor.execute("SELECT ledger_merkle_root(%s)", [hashed])
            assert bytes(cursor.fetchone()[0]) == rfc_6962(leaves[:count]), count


def test_the_root_is_over_the_content_hashes_by_operation_id() -> None:
    post(recharge(ALICE, 9), *(gift(ALICE, CARA, 1) for _ in range(4)))
    seal_everything()
    leaves = [bytes(operation.content_hash) for operation in Operation.objects.order_by("id")]
    assert bytes(Block.objects.get().merkle_root) == rfc_6962(leaves)


def test_with_nothing_to_seal_there_is_no_block() -> None:
    assert seal() is None
    post(recharge(ALICE, 1))
    seal_everything()
    assert seal() is None
    assert Block.objects.count() == 1


def test_what_commits_late_is_in_the_next_block_whatever_its_id(other: psycopg.Connection) -> None:
    post(recharge(ALICE, 100), recharge(BOB, 100), gift(ALICE, CARA, 1))
    seal_everything()
    late = other.execute(books._POST, [*books._arrays([gift(BOB, DORA, 10)]), clock.now()]).fetchone()
    (soon,) = post(gift(ALICE, CARA, 20))
    assert late is not None
    assert late[1] < (soon.operation_id or 0)
    assert (seal(), sealed_in(soon.operation_id)) == (
        None,
        [],
    )  # both wait: the open transaction is the older one
    other.commit()
    seal_everything()
    # In one block, or in two that follow where the other test process held the later one back.
    assert [] < sealed_in(late[1]) <= sealed_in(soon.operation_id)


def test_a_later_id_may_be_in_an_earlier_block(other: psycopg.Connection) -> None:
    post(recharge(ALICE, 100), recharge(BOB, 100), gift(ALICE, CARA, 1))
    seal_everything()
    with psycopg.connect(os.environ["DATABASE_URL"]) as first:
        first.execute("SELECT pg_current_xact_id()")
        early = other.execute(books._POST, [*books._arrays([gift(BOB, DORA, 10)]), clock.now()]).fetchone()
        late = first.execute(books._POST, [*books._arrays([gift(ALICE, CARA, 10)]), clock.now()]).fetchone()
        first.commit()
    assert early is not None
    assert late is not None
    assert early[1] < late[1]
    while not sealed_in(late[1]):
        seal()
    assert (sealed_in(early[1]), sealed_in(late[1])) == ([], [2])
    other.commit()
    seal_everything()
    assert (sealed_in(early[1]), sealed_in(late[1])) == ([3], [2])


def test_sealers_at_once_seal_once(race: Race) -> None:
    post(recharge(ALICE, 100), gift(ALICE, CARA, 30))
    race(6, seal)
    seal_everything()
    assert [block.operations for block in Block.objects.order_by("number")] == [2]


def test_every_operation_is_in_exactly_one_block_however_late_it_commits() -> None:
    """Writers that commit after random delays, out of the order of their ids, while a sealer never rests."""
    fans = range(100, 106)
    post(*(recharge(fan, 10_000) for fan in fans))
    is_over = threading.Event()
    with ThreadPoolExecutor(len(fans) + 1) as threads:
        sealing = threads.submit(_seal_until, is_over)
        for writing in [threads.submit(_write_slowly, fan, count=25) for fan in fans]:
            writing.result()
        is_over.set()
        sealing.result()
    seal_everything()
    ids = list(Operation.objects.values_list("id", flat=True))
    assert [one for one in ids if len(sealed_in(one)) != 1] == []
    assert sum(block.operations for block in Block.objects.all()) == len(ids) == 6 + 6 * 25
    assert Block.objects.count() > 5
    assert checks.run().findings == []


def _seal_until(is_over: threading.Event) -> None:
    while not is_over.is_set():
        seal()
    connection.close()


def _write_slowly(fan: int, *, count: int) -> None:
    """`count` gifts of one fan, each in a transaction that rests before it writes and before it commits."""
    delays = random.Random(fan)
    with psycopg.connect(os.environ["DATABASE_URL"]) as writer:
        for _ in range(count):
            if delays.random() < 0.5:
                writer.execute("SELECT pg_current_xact_id()")
                time.sleep(delays.random() * 0.01)
            writer.execute(books._POST, [*books._arrays([gift(fan, fan + 50, 1)]), clock.now()])
            time.sleep(delays.random() * 0.01)
            writer.commit() if delays.random() < 0.9 else None
        writer.commit()


def seal_at_most(rows: int) -> tuple[int, bool] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_seal(%s, 1, %s)", [clock.now(), rows])
        found: tuple[int, bool] | None = cursor.fetchone()
    return found


def test_a_block_that_would_be_too_large_ends_between_two_transactions() -> None:
    for coins in (1, 2, 3):
        post(recharge(ALICE, coins), recharge(BOB, coins))  # 4 journal rows each
    deadline = time.monotonic() + 60
    answers = []
    while seals.lag().operations:
        assert time.monotonic() < deadline
        answers += [answer] if (answer := seal_at_most(5)) else []
    assert [block.operations for block in Block.objects.order_by("number")] == [2, 2, 2]
    assert [number for number, _ in answers] == [1, 2, 3]
    assert answers[-1] == (
        3,
        False,
    )  # there is no more; before, there may be more that waits for an older transaction


def test_a_transaction_larger_than_a_block_is_sealed_whole() -> None:
    post(*(recharge(ALICE, 1) for _ in range(5)))
    post(recharge(ALICE, 1))
    while seals.lag().operations:
        seal_at_most(2)
    assert [block.operations for block in Block.objects.order_by("number")] == [5, 1]


def test_the_lag_is_the_age_of_the_oldest_unsealed_operation(other: psycopg.Connection) -> None:
    assert seals.lag() == seals.Lag(operations=0, seconds=0)
    post(recharge(ALICE, 1))
    other.execute("SELECT pg_current_xact_id()")
    post(gift(ALICE, CARA, 1))
    assert (seals.lag().operations, seals.lag().is_late) == (2, False)
    assert seals.Lag(operations=1, seconds=int(timedelta(minutes=10).total_seconds()) + 1).is_late
    other.rollback()
    seal_everything()
    assert seals.lag() == seals.Lag(operations=0, seconds=0)


# ── What ledger_check finds in a chain that somebody changed ──

REHASH = "UPDATE ledger_block block SET hash = ledger_block_hash(block) WHERE number = 1;"
RESTATE = """
    UPDATE ledger_operation o SET content_hash = ledger_content_hash(
        o.id, o.holder, o.key, o.kind, o.request_hash, o.payer_id, o.spends, o.balance, o.at, o.lot_id, o.origin,
        (SELECT string_agg(ledger_transfer_text(unit, debit_id, credit_id, amount), '' ORDER BY position)
         FROM ledger_transfer WHERE operation_id = o.id)) WHERE id = {id};"""
TAMPERED = {
    "UPDATE ledger_journal SET amount = amount + 1 WHERE operation_id = {id}": [
        "block 1: operation {id} (gift:first) is not what was sealed",
        'block 1: it says 5 transfers and {{"USD": 130, "COIN": 130, "DIAMOND": 3000}},'
        ' there are 5 and {{"USD": 130, "COIN": 131, "DIAMOND": 3000}}',
    ],
    # Whoever restates the content hash as well is found by the block alone.
    "UPDATE ledger_operation SET at = at + interval '1 day' WHERE id = {id};" + RESTATE: [
        "block 1: operation {id} (gift:first) is not what was sealed",
    ],
    "DELETE FROM ledger_journal WHERE operation_id = {id}; DELETE FROM ledger_operation WHERE id = {id}": [
        "block 1: it sealed 2 operations, 1 are there, and they part at operation {before}",
        'block 1: it says 5 transfers and {{"USD": 130, "COIN": 130, "DIAMOND": 3000}},'
        ' there are 3 and {{"USD": 130, "COIN": 100}}',
    ],
    "UPDATE ledger_block SET rate_version = 8 WHERE number = 1": [
        "block 1: its hash is not the hash of what it says",
    ],
    "UPDATE ledger_block SET rate_version = 8 WHERE number = 1;" + REHASH: [
        "block 2: the hash it names is not that of the block before it",
    ],
    "UPDATE ledger_block SET merkle_root = sha256('x') WHERE number = 1;" + REHASH: [
        "block 1: its Merkle root is not that of its operations",
        "block 2: the hash it names is not that of the block before it",
    ],
    "UPDATE ledger_block SET leaf_marks = '\\x0000000000000000' WHERE number = 1": [
        "block 1: its leaf marks were changed",
    ],
    "DELETE FROM ledger_block WHERE number = 1": [
        "block 2: block 1 before it is missing",
        "block 2: the hash it names is not that of the block before it",
    ],
    "UPDATE ledger_journal SET xid = (SELECT min(watermark) FROM ledger_block) WHERE operation_id = {id}": [
        "block 1: it sealed 2 operations, 1 are there, and they part at operation {before}",
        "block 2: it sealed 1 operations, 2 are there, and they part at operation {id}",
    ],
    "UPDATE ledger_journal SET xid = '1' WHERE operation_id = {before} AND position = 1": [
        "operation {before}: its rows name two transactions",
    ],
}  # fmt: skip


@pytest.mark.tampers
@pytest.mark.parametrize("statement", TAMPERED)
def test_the_check_names_the_block_and_the_operation(
    statement: str, superuser_connection: psycopg.Connection
) -> None:
    before, changed = post(
        recharge(ALICE, 100, gross_minor=130, key="order:first"), gift(ALICE, CARA, 30, key="gift:first")
    )
    seal_everything()
    post(gift(ALICE, CARA, 1))
    seal_everything()
    assert checks.run().findings == []

    superuser_connection.execute("SET session_replication_role = replica")
    ids = {"id": changed.operation_id, "before": before.operation_id}
    superuser_connection.execute(statement.format(**ids).encode())

    findings = checks.run().findings
    for expected in TAMPERED[statement]:
        assert any(finding.startswith(expected.format(**ids)) for finding in findings), findings
