"""How fast one person may write: counted in Valkey, per window of a few seconds."""

import logging

from django.core.cache import cache
from redis.exceptions import RedisError

from live.errors import TooManyMessages

MESSAGES_PER_WINDOW = 6
WINDOW_S = 5

logger = logging.getLogger(__name__)


def require_calm(user_id: int) -> None:
    """Count one message of this person.

    Raises:
        TooManyMessages: more than 6 within 5 seconds. With Valkey down nobody is refused: chat moves no money.
    """
    name = f"live:pace:{user_id}"
    try:
        cache.add(name, 0, timeout=WINDOW_S)
        written = cache.incr(name)
    except ValueError:  # the window ended between the two calls
        return
    except RedisError:
        logger.warning("chat pace is not counted: Valkey does not answer")
        return
    if written > MESSAGES_PER_WINDOW:
        raise TooManyMessages(retry_after_s=WINDOW_S)
