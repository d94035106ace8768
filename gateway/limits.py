"""How fast one person may call a hot route: a bucket of tokens per person, in this process."""

import math

from gateway.errors import TooManyRequests

MOST_REMEMBERED = 100_000


class Limit:
    """`burst` calls at once, refilled at `per_s`."""

    def __init__(self, *, per_s: float, burst: int) -> None:
        self._per_s = per_s
        self._burst = burst
        self._interval_s = 1 / per_s
        self._full_at: dict[int, float] = {}  # user id → when the bucket is full again

    def require(self, user_id: int, now: float) -> None:
        """Take one token. `now` in seconds on any clock that only goes forward.

        Raises:
            TooManyRequests: there is none; `retry_after_s` says when there will be.
        """
        full_at = max(now, self._full_at.get(user_id, 0.0)) + self._interval_s
        over_s = full_at - now - self._burst * self._interval_s
        if over_s > 1e-9:
            raise TooManyRequests(retry_after_s=math.ceil(over_s), per_s=self._per_s, burst=self._burst)
        self._full_at[user_id] = full_at
        if len(self._full_at) > MOST_REMEMBERED:
            self._full_at = {user: at for user, at in self._full_at.items() if at > now}
