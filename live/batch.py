"""What is said and liked, settled in batches: one call of live_say or live_like (live/sql/), an answer each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from ground.batches import Kind, array, text_array, uuid_array
from live.models import room_stream

LARGEST_BATCH = 1_000

SAY = """
    SELECT status, message_id, said, at
    FROM live_say(%s::bigint[], %s::text[], %s::uuid[], %s::text[], %s)
"""
LIKES = """
    SELECT status, total
    FROM live_like(%s::bigint[], %s::uuid[], %s::uuid[], %s::integer[], %s)
"""


@dataclass(frozen=True, slots=True)
class Say:
    """One message. `text` is what `live.words.require_sayable` gave back."""

    author_id: int
    room_id: UUID
    text: str
    key: str


class Said(NamedTuple):
    """`status`, and for one that is posted or replayed the message; the table in live/sql/say.sql has the rest."""

    status: str
    message_id: int | None
    text: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Like:
    """A fan's gathered taps. `key` names this request, so that it is counted once though its batch is run again."""

    fan_id: int
    room_id: UUID
    count: int
    key: UUID = field(default_factory=uuid4)


class Liked(NamedTuple):
    """`status` and the room's total; the table in live/sql/like.sql has the rest."""

    status: str
    total: int | None


def _say_parameters(requests: Sequence[Say], now: datetime) -> list[Any]:
    return [
        array([request.author_id for request in requests]),
        text_array([request.key for request in requests]),
        uuid_array([request.room_id for request in requests]),
        text_array([request.text for request in requests]),
        now,
    ]


def _author(request: Say) -> int:
    return request.author_id


def _say_key(request: Say) -> tuple[int, str]:
    return request.author_id, request.key


def _say_streams(requests: Sequence[Say], answers: Sequence[Said]) -> set[str]:
    asked = zip(requests, answers, strict=True)
    return {
        room_stream(room) for room in {said.room_id for said, answer in asked if answer.status == "posted"}
    }


def _like_parameters(requests: Sequence[Like], now: datetime) -> list[Any]:
    return [
        array([request.fan_id for request in requests]),
        uuid_array([request.key for request in requests]),
        uuid_array([request.room_id for request in requests]),
        array([request.count for request in requests]),
        now,
    ]


def _fan(request: Like) -> int:
    return request.fan_id


def _like_key(request: Like) -> tuple[int, UUID]:
    return request.fan_id, request.room_id


def _like_streams(requests: Sequence[Like], answers: Sequence[Liked]) -> set[str]:
    asked = zip(requests, answers, strict=True)
    return {
        room_stream(room) for room in {like.room_id for like, answer in asked if answer.status == "counted"}
    }


MESSAGE: Kind[Say, Said] = Kind(
    name="message",
    statement=SAY,
    parameters=_say_parameters,
    answer=Said._make,
    person=_author,
    key=_say_key,
    streams=_say_streams,
    largest=LARGEST_BATCH,
)
LIKE: Kind[Like, Liked] = Kind(
    name="like",
    statement=LIKES,
    parameters=_like_parameters,
    answer=Liked._make,
    person=_fan,
    key=_like_key,
    streams=_like_streams,
    largest=LARGEST_BATCH,
)
