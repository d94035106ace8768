"""The one way a gift is settled: a batch of requests, one call of gifts_send (gifts/sql/send.sql), an answer each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from events import log
from ledger import books
from live.models import room_stream

DEFAULT_HOLD_DAYS = 7  # product.md E2; an account's own hold class replaces it

SEND = """
    SELECT status, sent_id, coins, diamond_units, balance
    FROM gifts_send(%s::bigint[], %s::text[], %s::bytea[], %s::text[], %s::uuid[], %s::text[], %s::integer[],
                    %s::bigint[], %s, %s, %s, %s)
"""


@dataclass(frozen=True)
class Request:
    """One fan's wish.

    `coins` is the total that was shown. `refusal`, if not empty, answers the request unless its key is known.
    """

    sender_id: int
    room_id: UUID
    gift: str
    quantity: int
    coins: int
    key: str
    refusal: str = ""

    @property
    def request_hash(self) -> bytes:
        """Over what was asked, without who and under which key: the same key with another hash is another request."""
        return books.request_hash("gift", self.room_id, self.gift, self.quantity, self.coins)


@dataclass(frozen=True)
class Answer:
    """`status` and what belongs to it; the table in gifts/sql/send.sql says which status has which."""

    status: str
    sent_id: int | None
    coins: int | None
    diamond_units: int | None
    balance: int | None


def settle(
    requests: Sequence[Request], *, diamond_units_per_coin: int, rate_version_id: int, now: datetime
) -> list[Answer]:
    """Settle `requests` as if they came one by one; answer each in order.

    Needs a transaction; the answers hold once it is committed. No key of a sender may stand in it twice.
    """
    assert connection.in_atomic_block
    parameters: list[Any] = [
        [request.sender_id for request in requests],
        [request.key for request in requests],
        [request.request_hash for request in requests],
        [request.refusal or None for request in requests],
        [request.room_id for request in requests],
        [request.gift for request in requests],
        [request.quantity for request in requests],
        [request.coins for request in requests],
        diamond_units_per_coin,
        rate_version_id,
        DEFAULT_HOLD_DAYS,
        now,
    ]
    with connection.cursor() as cursor:
        cursor.execute(SEND, parameters)
        answers = [Answer(*row) for row in cursor.fetchall()]
    settled = [
        request for request, answer in zip(requests, answers, strict=True) if answer.status == "posted"
    ]
    log.nudge_after_commit({room_stream(request.room_id) for request in settled})
    return answers
