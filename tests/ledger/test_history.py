"""An account's history, page by page."""

from collections.abc import Callable

import pytest
from django.db import connection

from ledger.selectors import Entry, history
from tests.ledger.journeys import gift, post, recharge

pytestmark = pytest.mark.django_db

ALICE, BOB, CARA = 11, 12, 13


def test_a_fans_history_is_newest_first_and_signed() -> None:
    post(recharge(ALICE, 100, key="order:1"), gift(ALICE, CARA, 30, key="gift:1"), recharge(BOB, 5))
    entries = history(holder=ALICE, codes=["coins"])
    assert [(e.kind, e.key, e.code, e.unit, e.change) for e in entries] == [
        ("gift", "gift:1", "coins", "COIN", -30),
        ("recharge", "order:1", "coins", "COIN", 100),
    ]


def test_a_creators_history_finds_every_pending_date() -> None:
    post(recharge(ALICE, 100), gift(ALICE, CARA, 30))
    (entry,) = history(holder=CARA, codes=["diamonds.pending", "diamonds.available"])
    assert (entry.code, entry.change) == ("diamonds.pending/2026-11-30", 3_000)


def test_pages_join_without_gap_or_double() -> None:
    post(recharge(ALICE, 100), *(gift(ALICE, CARA, 1 + n) for n in range(9)))
    seen: list[int] = []
    before = None
    while page := history(holder=ALICE, codes=["coins"], before_id=before, limit=3):
        seen += [entry.change for entry in page]
        before = page[-1].operation_id
    assert seen == [-9, -8, -7, -6, -5, -4, -3, -2, -1, 100]


def test_a_page_reads_as_much_of_a_long_journal_as_of_a_short_one() -> None:
    post(recharge(ALICE, 100), *(gift(ALICE, CARA, 1) for _ in range(60)))
    before = pages_of_journal_read(lambda: history(holder=ALICE, codes=["coins"], limit=5))
    for _ in range(4):
        post(*(recharge(1_000 + n, 5) for n in range(1_000)))
    post(*(gift(1_000 + n, CARA, 1) for n in range(1_000)))
    assert pages_of_journal_read(lambda: history(holder=ALICE, codes=["coins"], limit=5)) <= 2 * before


def pages_of_journal_read(read: Callable[[], list[Entry]]) -> int:
    """How many pages of the journal and its indexes `read` touched, with statistics that know the journal is long."""
    sql = (
        "SELECT sum(pg_stat_get_xact_blocks_fetched(c.oid))::bigint FROM pg_class c"
        " WHERE c.relname LIKE 'ledger_journal%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off"
        )  # the planner of a test's small tables would rather scan
        cursor.execute(sql)
        (before,) = cursor.fetchone() or (0,)
        assert len(read()) == 5
        cursor.execute(sql)
        (after,) = cursor.fetchone() or (0,)
    return int(after - before)
