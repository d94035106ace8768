"""The Python door of the event log: publish inside a transaction, read from a cursor."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import redis
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from ground import clock, valkey

# Carries names of streams. The rows are the truth; a lost nudge costs a listener 250 ms.
NUDGE_CHANNEL = "ovation:events"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """One event as listeners see it. `number` counts from 1 on its stream, without a gap, in order of commit."""

    stream: str
    number: int
    type: str
    body: dict[str, Any]
    at: datetime


def publish(stream: str, type: str, body: Mapping[str, Any]) -> int:  # noqa: A002 - the word of the event itself
    """Append one event in the caller's transaction and answer its number. See `publish_many`."""
    (number,) = publish_many([(stream, type, body)])
    return number


def publish_many(events: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[int]:
    """Append (stream, type, body) events in order, in the caller's transaction, and answer their numbers.

    The last thing to do in a transaction: each stream stays locked until the commit. Bodies hold ids, amounts and
    codes, never a name. After the commit listeners are nudged.
    """
    assert connection.in_atomic_block, "the caller opens the transaction"
    if not events:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT events_append(%s::text[], %s::text[], %s::jsonb[], %s)",
            [
                [stream for stream, _, _ in events],
                [type_ for _, type_, _ in events],
                [Jsonb([dict(body)]) for _, _, body in events],
                clock.now(),
            ],
        )
        (numbers,) = cursor.fetchone() or ([],)
    nudge_after_commit({stream for stream, _, _ in events})
    return list(numbers)


def since(stream: str, after: int, limit: int) -> list[Event]:
    """The next events of one stream after number `after`, oldest first, at most `limit`."""
    return tail({stream: after}, limit)


def tail(cursors: Mapping[str, int], limit: int) -> list[Event]:
    """The next events of many streams, each after its own number, at most `limit` per stream, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(TAIL, tail_parameters(cursors, limit))
        return [as_event(row) for row in cursor.fetchall()]


def last_numbers(streams: Sequence[str]) -> dict[str, int]:
    """The number of each stream's newest event; 0 for a stream that has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, last_number FROM events_stream WHERE name = ANY(%s)", [list(streams)])
        found = dict(cursor.fetchall())
    return {stream: found.get(stream, 0) for stream in streams}


# For callers with a connection of their own (the gateway's hub): TAIL with tail_parameters(), rows through as_event.
# A row holds a run of events; numbers have no gap, so that a limit is a highest number.
TAIL = """
    SELECT stream.name, row.first_number + event.n - 1, row.type, event.body, row.at
    FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS wanted(name, after, until)
    JOIN events_stream stream ON stream.name = wanted.name AND stream.last_number > wanted.after
    CROSS JOIN LATERAL (
        SELECT * FROM events_event
        WHERE stream_id = stream.id AND last_number > wanted.after AND first_number <= wanted.until
        ORDER BY last_number LIMIT wanted.until - wanted.after
    ) row
    CROSS JOIN LATERAL jsonb_array_elements(row.bodies) WITH ORDINALITY AS event(body, n)
    WHERE row.first_number + event.n - 1 > wanted.after AND row.first_number + event.n - 1 <= wanted.until
    ORDER BY stream.name, row.last_number, event.n
"""


def tail_parameters(cursors: Mapping[str, int], limit: int) -> list[Any]:
    """The parameters of TAIL."""
    return [list(cursors), list(cursors.values()), [after + limit for after in cursors.values()]]


def as_event(row: Sequence[Any]) -> Event:
    """A row of TAIL as an Event."""
    stream, number, type_, body, at = row
    return Event(stream, number, type_, body if isinstance(body, dict) else _parsed(body), at)


def nudge_after_commit(streams: set[str]) -> None:
    """Tell listeners, once the transaction has committed, that these streams grew. Never fails the caller."""
    transaction.on_commit(lambda: _nudge(sorted(streams)), robust=True)


def _nudge(streams: Sequence[str]) -> None:
    try:
        with valkey.client().pipeline(transaction=False) as pipe:
            for stream in streams:
                pipe.publish(NUDGE_CHANNEL, stream)
            pipe.execute()
    except redis.RedisError:
        logger.warning("listeners were not nudged; their tail of the log finds the events", exc_info=True)


def _parsed(body: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(body)
    return parsed
