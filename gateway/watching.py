"""Writing down how many listen in each room, for the explore page (live/watching.py)."""

import asyncio
import logging
import os
import secrets

import redis.asyncio
from redis.exceptions import RedisError

from gateway.hub import Hub
from live.watching import EVERY_S, write_down

ROOM = "room:"

logger = logging.getLogger(__name__)


async def keep_writing_down(hub: Hub, client: "redis.asyncio.Redis") -> None:
    """Write every few seconds, for ever; while Valkey is away nobody is counted."""
    process = f"{os.getpid()}-{secrets.token_hex(4)}"
    while not hub.is_closing:
        try:
            await write_down(client, process, rooms_of(hub))
        except (RedisError, OSError):
            logger.debug("who listens was not written down")
        await asyncio.sleep(EVERY_S)


def rooms_of(hub: Hub) -> dict[str, int]:
    """How many listen in each room of this process."""
    audiences = hub.audiences()
    return {name.removeprefix(ROOM): count for name, count in audiences.items() if name.startswith(ROOM)}
