"""Signs of life of what works in the background. Beat asks for one every few seconds, a worker gives it."""

from datetime import timedelta

from django.core.cache import cache

from ground import clock

SILENT_AFTER = timedelta(seconds=45)  # beat asks every 10 s
KEPT_S = 86_400
KEY = "backoffice:pulse"


def record() -> None:
    """This will note that beat asked and a worker answered, now."""
    cache.set(KEY, clock.wall().timestamp(), KEPT_S)


def state() -> str:
    """`ok`, or `silent` when nothing has answered for a while: then nothing heals by itself."""
    at = cache.get(KEY)
    is_fresh = at is not None and clock.wall().timestamp() - at < SILENT_AFTER.total_seconds()
    return "ok" if is_fresh else "silent"
