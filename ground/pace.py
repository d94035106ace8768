"""How fast one person may do one thing: counted in Valkey, per window of seconds."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis
import redis.asyncio

from ground import valkey
from ground.errors import DomainError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `most` requests of one person within `window_s`."""

    name: str
    most: int
    window_s: int
    refusal: type[DomainError]


def require_calm(pace: Pace, user_id: int) -> None:
    """Count one request of this person.

    Raises:
        pace.refusal: there were too many within the window. With Valkey down nobody is refused: no money moves here.
    """
    try:
        with valkey.client().pipeline() as pipe:
            _count(pipe, pace, user_id)
            made, _ = pipe.execute()
    except redis.RedisError:
        logger.warning("the pace of %s is not counted: Valkey does not answer", pace.name)
        return
    require(pace, made)


async def count_async(valkey: "redis.asyncio.Redis", asked: Sequence[tuple[Pace, int]]) -> list[int]:
    """Count one request each of these persons at these paces, over the caller's connection, as `require_calm` does.

    Answers how many each has made in its window, for `require`; 0 for everybody while Valkey is down.
    """
    try:
        async with valkey.pipeline(transaction=False) as pipe:
            for pace, user_id in asked:
                _count(pipe, pace, user_id)
            answers = await pipe.execute()
    except redis.RedisError:
        logger.warning("the pace of %s requests is not counted: Valkey does not answer", len(asked))
        return [0] * len(asked)
    return [int(made) for made in answers[::2]]


def require(pace: Pace, made: int) -> None:
    """Raises `pace.refusal` if `made` requests are too many."""
    if made > pace.most:
        raise pace.refusal(retry_after_s=pace.window_s)


def _count(pipe: Any, pace: Pace, user_id: int) -> None:
    name = f"pace:{pace.name}:{user_id}"
    pipe.incr(name)
    pipe.expire(name, pace.window_s, nx=True)  # the window begins with its first request
