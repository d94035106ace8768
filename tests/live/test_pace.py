"""The pace of talk and likes: one count for pages and gateway, which always runs out."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
import redis.asyncio

from ground.pace import count_async as counted
from ground.pace import require, require_calm
from live import errors, pace

PERSON = 7


def count_async(times: int, url: str | None = None) -> None:
    async def count() -> None:
        async with redis.asyncio.Redis.from_url(url or os.environ["REDIS_URL"]) as valkey:
            for _ in range(times):
                (made,) = await counted(valkey, [(pace.MESSAGES, PERSON)])
                require(pace.MESSAGES, made)

    with ThreadPoolExecutor(1) as thread:  # the browser tests keep a loop in this one
        thread.submit(asyncio.run, count()).result()


def test_pages_and_gateway_count_together() -> None:
    for _ in range(3):
        require_calm(pace.MESSAGES, PERSON)
    count_async(pace.MESSAGES.most - 3)

    with pytest.raises(errors.TooManyMessages) as refusal:
        count_async(1)
    with pytest.raises(errors.TooManyMessages):
        require_calm(pace.MESSAGES, PERSON)
    assert refusal.value.extra == {"retry_after_s": 5}


def test_talk_and_likes_are_counted_apart() -> None:
    count_async(pace.MESSAGES.most)

    require_calm(pace.LIKES, PERSON)


def test_a_count_always_has_an_end() -> None:
    name = f"pace:likes:{PERSON}"
    require_calm(pace.LIKES, PERSON)
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as valkey:
        valkey.persist(name)  # as if its end had been lost
        require_calm(pace.LIKES, PERSON)
        left = valkey.ttl(name)

    assert isinstance(left, int)
    assert 0 < left <= pace.LIKES.window_s


def test_with_valkey_down_nobody_is_refused() -> None:
    count_async(pace.MESSAGES.most + 1, url="redis://127.0.0.1:1/0")
