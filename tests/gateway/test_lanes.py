"""Two lanes beside each other: they share the creator, and neither waits for the other's work."""

import asyncio
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from accounts.models import User
from gateway.coalescer import LANES, Coalescer
from gateway.lane import Lane
from gifts.batch import GIFT, Answer, Request
from gifts.models import Gift, SentGift
from ledger import books
from live.models import Room
from tests.fixtures.gateway import Loop
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)


def wish(fan: User, room: Room) -> Request:
    return Request(fan.pk, room.pk, "test-rose", 1, 10, str(uuid4()))


async def closed_after[R](coalescer: Coalescer, work: Any) -> R:
    try:
        result: R = await work
        return result
    finally:
        await coalescer.close()


def test_a_person_keeps_to_one_lane_and_two_people_may_use_two(
    gateway_loop: Loop, fan: User, stranger: User, room: Room, rose: Gift, monkeypatch: pytest.MonkeyPatch
) -> None:
    took: dict[int, set[int]] = {}
    take_on = Lane.take_on

    def noted(lane: Lane, kind: Any, request: Request) -> Any:
        took.setdefault(request.sender_id, set()).add(id(lane))
        return take_on(lane, kind, request)

    monkeypatch.setattr(Lane, "take_on", noted)

    async def both() -> None:
        coalescer = Coalescer(lambda streams: None)
        people = [fan, stranger] * 5
        await closed_after(
            coalescer, asyncio.gather(*(coalescer.submit(GIFT, wish(one, room)) for one in people))
        )

    gateway_loop.run(both())

    assert {len(lanes) for lanes in took.values()} == {1}
    assert (took[fan.pk] != took[stranger.pk]) == (fan.pk % LANES != stranger.pk % LANES)


def test_a_gift_that_has_not_begun_to_pay_the_creator_holds_nobody_up(
    fan: User, stranger: User, creator: User, room: Room, rose: Gift, fund: Fund, superuser_url: str
) -> None:
    """A batch waits for its fan; another fan's gift to the same creator is settled meanwhile."""
    fund(fan, 100)
    fund(stranger, 100)
    loop = Loop()

    async def gifts() -> tuple[Answer, Answer]:
        ours, theirs = Coalescer(lambda streams: None), Coalescer(lambda streams: None)
        async with await psycopg.AsyncConnection.connect(superuser_url) as other:
            held = "SELECT FROM ledger_account WHERE holder = %s AND code = 'coins' FOR UPDATE"
            await other.execute(held, [fan.ledger_id])
            waiting = ours.submit(GIFT, wish(fan, room))
            await asyncio.sleep(0.3)
            passed = await theirs.submit(GIFT, wish(stranger, room))
            assert not waiting.done()
            await other.rollback()
        answers = await waiting, passed
        await asyncio.gather(ours.close(), theirs.close())
        return answers

    first, second = loop.run(gifts())
    loop.stop()

    assert (first.status, second.status, SentGift.objects.count()) == ("posted", "posted", 2)
    assert sum(books.balances(creator.ledger_id).values()) == 2 * 1000
