"""The one way a gift is settled: a batch of requests, one call of gifts_send (gifts/sql/send.sql), an answer each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from ground.batches import Kind, array, text_array, uuid_array
from live.models import room_stream

DEFAULT_HOLD_DAYS = 7  # product.md E2; an account's own hold class replaces it
LARGEST_BATCH = 1_000

SEND = """
    SELECT status, sent_id, coins, diamond_units, balance, budget
    FROM gifts_send(%s::bigint[], %s::text[], %s::uuid[], %s::text[], %s::integer[], %s::bigint[], %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Request:
    """One fan's wish. `coins` is the total that was shown."""

    sender_id: int
    room_id: UUID
    gift: str
    quantity: int
    coins: int
    key: str


class Answer(NamedTuple):
    """`status` and what belongs to it; the table in gifts/sql/send.sql says which status has which."""

    status: str
    sent_id: int | None
    coins: int | None
    diamond_units: int | None
    balance: int | None
    budget: str | None = None  # the one it went over, in JSON (gifts/sql/budgets.sql)


def _parameters(requests: Sequence[Request], now: datetime) -> list[Any]:
    return [
        array([request.sender_id for request in requests]),
        text_array([request.key for request in requests]),
        uuid_array([request.room_id for request in requests]),
        text_array([request.gift for request in requests]),
        array([request.quantity for request in requests]),
        array([request.coins for request in requests]),
        DEFAULT_HOLD_DAYS,
        now,
    ]


def _person(request: Request) -> int:
    return request.sender_id


def _key(request: Request) -> tuple[int, str]:
    return request.sender_id, request.key


def _streams(requests: Sequence[Request], answers: Sequence[Answer]) -> set[str]:
    asked = zip(requests, answers, strict=True)
    return {
        room_stream(room) for room in {wish.room_id for wish, answer in asked if answer.status == "posted"}
    }


GIFT: Kind[Request, Answer] = Kind(
    name="gift",
    statement=SEND,
    parameters=_parameters,
    answer=Answer._make,
    person=_person,
    key=_key,
    streams=_streams,
    largest=LARGEST_BATCH,
)
