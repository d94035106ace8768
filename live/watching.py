"""How many watch each room now: gateways write down who listens, pages read it. Nothing is kept longer than that.

Each gateway process writes its own counts every few seconds; what a process wrote is believed for WRITTEN_FOR_S.
With Valkey down nobody is counted, and rooms stand in order of time alone.
"""

import logging
import time
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

import redis.asyncio
from redis.exceptions import RedisError

from ground import valkey

PROCESSES = "live:watching"  # sorted set: process, when it wrote last
WRITTEN_FOR_S = 12.0
EVERY_S = 3.0

logger = logging.getLogger(__name__)


async def write_down(client: "redis.asyncio.Redis", process: str, counts: Mapping[str, int]) -> None:
    """Note that so many listen in each room (ids as text), in this process. Raises RedisError."""
    now = time.time()
    async with client.pipeline() as pipe:
        pipe.delete(_key(process))
        if counts:
            pipe.hset(_key(process), mapping={room: str(count) for room, count in counts.items()})
            pipe.expire(_key(process), int(WRITTEN_FOR_S) + 1)
        pipe.zadd(PROCESSES, {process: now})
        pipe.zremrangebyscore(PROCESSES, 0, now - WRITTEN_FOR_S)
        await pipe.execute()


def watching() -> dict[UUID, int]:
    """How many listen in each room, over all processes; rooms with nobody are not in it."""
    try:
        client = valkey.client()
        processes = client.zrangebyscore(PROCESSES, time.time() - WRITTEN_FOR_S, "+inf")
        with client.pipeline(transaction=False) as pipe:
            for process in processes:
                pipe.hgetall(_key(process.decode()))
            written = pipe.execute()
    except RedisError:
        logger.warning("who watches is not known: Valkey does not answer")
        return {}
    total: Counter[UUID] = Counter()
    for counts in written:
        total.update({UUID(room.decode()): int(count) for room, count in counts.items()})
    return dict(total)


def _key(process: str) -> str:
    return f"{PROCESSES}:{process}"
