"""Clients of Valkey. Whatever it is asked for can be had without it, so they give up soon."""

from functools import cache
from typing import Any

import redis.asyncio
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT_S = 0.25
MOST_RETRIES = 1  # for a connection that Valkey closed meanwhile


@cache
def client() -> "redis.Redis":
    """This process's client; it may be used by all threads."""
    return redis.Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), MOST_RETRIES), **_PATIENCE)


def async_client() -> "redis.asyncio.Redis":
    """A client for the loop that runs, to be closed by whoever asked for it."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL, retry=AsyncRetry(NoBackoff(), MOST_RETRIES), **_PATIENCE
    )


_PATIENCE: dict[str, Any] = {"socket_timeout": TIMEOUT_S, "socket_connect_timeout": TIMEOUT_S}
