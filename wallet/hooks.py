"""What the wallet asks of the floors above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ground.hooks import Hook


@dataclass(frozen=True)
class Given:
    """What one person gave between two moments: settled gifts that were not taken back."""

    user_id: int
    gifts: int
    coins: int
    creators: int


# What each of these people gave from a moment on and before another. Who gave nothing may be missing.
given_between: Hook[[Sequence[int], datetime, datetime], list[Given]] = Hook()
# Who gave something after the gift of this number, and the newest gift's number.
givers_after: Hook[[int], tuple[list[int], int]] = Hook()
