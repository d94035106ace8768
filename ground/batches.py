"""Requests that are settled many at a time: one statement for all of them, an answer each.

A kind of request (`gifts.batch.GIFT`, `live.batch.MESSAGE`, …) says how; `settle` runs it in Django's connection for
one caller, the gateway's coalescer runs it for everybody who waits.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class Kind[Q, A]:
    """One kind of request `Q` and of answer `A`.

    `statement` is one SELECT of one database function, which takes `parameters(requests, now)` and gives a row per
    request, in order. It is whole by itself: it may be committed alone, and may be run again when its outcome is
    unknown, because each request carries what makes it count once.
    """

    name: str
    statement: str
    parameters: Callable[[Sequence[Q], datetime], Sequence[Any]]
    answer: Callable[[Sequence[Any]], A]  # of a row
    person: Callable[[Q], int]  # whose request it is: the user's id
    key: Callable[[Q], Hashable]  # requests with equal keys must not stand in one batch
    streams: Callable[[Sequence[Q], Sequence[A]], set[str]]  # the event streams that grew by a batch
    largest: int  # requests in one batch


def settle[Q, A](kind: Kind[Q, A], requests: Sequence[Q], *, now: datetime) -> list[A]:
    """Settle `requests` as if they came one by one, in the caller's transaction; answer each in order.

    The answers hold once that transaction is committed.
    """
    assert connection.in_atomic_block, "the caller opens the transaction"
    assert len(requests) <= kind.largest, len(requests)
    with connection.cursor() as cursor:
        cursor.execute(kind.statement, kind.parameters(requests, now))
        return [kind.answer(row) for row in cursor.fetchall()]


def array(values: Iterable[int]) -> str:
    """A PostgreSQL array of numbers, as text.

    The driver's own adaptation of a list costs several times more, and names another type for it by its largest
    number, which would make the server plan the statement anew.
    """
    return "{" + ",".join(map(str, values)) + "}"


def uuid_array(values: Sequence[UUID]) -> str:
    """A PostgreSQL array of UUIDs, as text; most of a batch are the same few, and writing one out is slow."""
    texts = {value: str(value) for value in set(values)}
    return "{" + ",".join([texts[value] for value in values]) + "}"


def text_array(values: Iterable[str]) -> str:
    """A PostgreSQL array of any text, as text."""
    return (
        "{"
        + ",".join(['"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values])
        + "}"
    )
