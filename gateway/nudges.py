"""Nudges: one subscription to Valkey per process. While it is down the hub's own reading carries on."""

import asyncio
import logging

import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

from events.log import NUDGE_CHANNEL
from gateway.hub import Hub

AGAIN_AFTER_S = 1.0
POLL_S = 5.0

logger = logging.getLogger(__name__)


async def listen(hub: Hub) -> None:
    """Pass nudges on to `hub` for ever."""
    while not hub.is_closing:
        try:
            await _subscribed(hub)
        except (RedisError, OSError) as error:
            logger.warning("no nudges from Valkey (%s); the log is read every 250 ms", type(error).__name__)
            await asyncio.sleep(AGAIN_AFTER_S)


async def _subscribed(hub: Hub) -> None:
    client = redis.asyncio.Redis.from_url(settings.REDIS_URL, health_check_interval=15)
    async with client, client.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(NUDGE_CHANNEL)
        while not hub.is_closing:
            message = await channel.get_message(timeout=POLL_S)
            if message is not None:
                hub.nudge(message["data"].decode())
