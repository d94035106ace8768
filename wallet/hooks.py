"""What the wallet asks of the floors above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ground.hooks import Hook
from wallet.models import Order


@dataclass(frozen=True)
class OpenedCase:
    """A support case about an order: its name, and its page."""

    reference: str
    url: str


# Opens a support case about an order that only a person can bring in order; the same one however often it is asked.
open_case: Hook[[Order, datetime], OpenedCase] = Hook()


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
