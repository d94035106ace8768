"""Nudges: one subscription to Valkey per process, and its own settled batches told there.

While Valkey is down the hub's own reading carries on.
"""

import asyncio
import logging
from collections.abc import Callable

import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

from events.log import NUDGE_CHANNEL
from gateway.doorkeeper import Doorkeeper
from gateway.hub import Hub

AGAIN_AFTER_S = 1.0
POLL_S = 5.0

logger = logging.getLogger(__name__)


async def listen(hub: Hub, doorkeeper: Doorkeeper, *, broken: Callable[[], None]) -> None:
    """Pass nudges on for ever. `broken` is told that Valkey was away."""
    while not hub.is_closing:
        try:
            await _subscribed(hub, doorkeeper)
        except (RedisError, OSError) as error:
            logger.warning("no nudges from Valkey (%s); the log is read every 250 ms", type(error).__name__)
            broken()
            await asyncio.sleep(AGAIN_AFTER_S)


class Nudger:
    """Tells that streams grew: this process's hub at once, the others through Valkey. Nobody waits for it."""

    def __init__(self, hub: Hub, valkey: "redis.asyncio.Redis") -> None:
        self._hub = hub
        self._valkey = valkey
        self._untold: set[str] = set()
        self._telling: asyncio.Task[None] | None = None

    def grown(self, streams: set[str]) -> None:
        for stream in streams:
            self._hub.nudge(stream)
        self._untold |= streams
        if self._telling is None:
            self._telling = asyncio.create_task(self._tell())

    async def close(self) -> None:
        """Finish telling: what is told on a client that was closed meanwhile would open it anew."""
        if self._telling is not None:
            await self._telling

    async def _tell(self) -> None:
        try:
            while self._untold:
                untold, self._untold = self._untold, set()
                async with self._valkey.pipeline(transaction=False) as pipe:
                    for stream in untold:
                        pipe.publish(NUDGE_CHANNEL, stream)
                    await pipe.execute()
        except (RedisError, OSError) as error:
            logger.warning(
                "other processes were not nudged (%s); their tails find the events", type(error).__name__
            )
        finally:
            self._telling = None


async def _subscribed(hub: Hub, doorkeeper: Doorkeeper) -> None:
    client = redis.asyncio.Redis.from_url(settings.REDIS_URL, health_check_interval=15)
    async with client, client.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(NUDGE_CHANNEL)
        while not hub.is_closing:
            message = await channel.get_message(timeout=POLL_S)
            if message is not None:
                stream = message["data"].decode()
                hub.nudge(stream)
                doorkeeper.nudge(stream)
