"""Sending a gift, a balance and a page of history read what they need, however long the books have become."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import connection, transaction

from accounts.models import User
from gifts import selectors
from gifts.batch import GIFT, Request
from gifts.models import Gift
from ground import clock
from ground.batches import settle
from ledger import books
from ledger.selectors import history
from live.models import Room
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = 10
GROWING = (
    "ledger_account",
    "ledger_operation",
    "ledger_journal",
    "gifts_sentgift",
    "events_event",
    "events_stream",
)
# Rows that a statement took from a table, by a scan of all of it or by an index.
TAKEN = """
    SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = ANY(%s)
"""


def rows_taken(work: Callable[[], object]) -> dict[str, int]:
    """How many rows of each growing table `work` looked at."""

    def counted() -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(TAKEN, [list(GROWING)])
            return dict(cursor.fetchall())

    with transaction.atomic():
        before = counted()
        work()
        after = counted()
    return {table: after[table] - before[table] for table in GROWING}


def send(fan: User, room: Room, name: str, count: int) -> None:
    wishes = [Request(fan.pk, room.pk, "test-rose", 1, 10, f"{name}:{n}") for n in range(count)]
    settle(GIFT, wishes, now=clock.now())


def sent(fan: User, room: Room, name: str, count: int) -> None:
    with transaction.atomic():
        send(fan, room, name, count)


def looks(fan: User, creator: User, room: Room, name: str) -> dict[str, dict[str, int]]:
    """What each journey looks at now."""
    return {
        "five gifts": rows_taken(lambda: send(fan, room, name, 5)),
        "a balance": rows_taken(lambda: books.balance(fan.ledger_id, "coins", books.COIN)),
        "a fan's history": rows_taken(lambda: history(holder=fan.ledger_id, codes=["coins"], limit=PAGE)),
        "a creator's history": rows_taken(
            lambda: history(holder=creator.ledger_id, codes=["diamonds.pending"], limit=PAGE)
        ),
        "gifts sent": rows_taken(lambda: list(selectors.gifts_sent_by(fan, before=None, limit=PAGE))),
    }


def test_no_journey_reads_more_when_the_books_have_grown(
    fan: User, creator: User, room: Room, rose: Gift, fund: Fund, superuser_connection: psycopg.Connection
) -> None:
    fund(fan, 1_000_000)
    for n in range(4):  # enough for the planner to leave the habits it has with small tables
        sent(fan, room, f"early {n}", 1_000)
    superuser_connection.execute("ANALYZE")  # as autovacuum does on a running site
    small = looks(fan, creator, room, "small")

    for n in range(4):
        sent(fan, room, f"late {n}", 1_000)
    superuser_connection.execute("ANALYZE")
    large = looks(fan, creator, room, "large")

    grown = {
        (journey, table): (small[journey][table], taken)
        for journey, tables in large.items()
        for table, taken in tables.items()
        if taken
        > small[journey][table] + PAGE  # the 4,000 more would show; a row here or there is the planner's
    }
    assert grown == {}
    assert max(sum(tables.values()) for tables in large.values()) < 200
