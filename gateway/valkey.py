"""The gateway's client of Valkey: it gives up soon, because everything it is asked for can be had without it."""

import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

TIMEOUT_S = 0.25


def client() -> "redis.asyncio.Redis":
    """A client for the loop that runs. One more try, for a connection that Valkey closed meanwhile."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 1),
    )
