"""What the wallet asks of the floors above."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.hooks import Panel
from accounts.models import User
from ground.errors import DomainError
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

# Why this person may not buy coins just now, in words; None: nothing speaks against it.
buying_stops: Hook[[User], DomainError | None] = Hook()

# What upper floors show on an order's page, below how it stands; nothing: no panel.
order_panels: Hook[[Order], Iterable[Panel]] = Hook()


def buying_stop(user: User) -> DomainError | None:
    """The first reason for which this person may not buy now, if there is one."""
    return next((stop for stop in buying_stops.call_all(user) if stop is not None), None)


def panels_of(order: Order) -> list[Panel]:
    """The panels of an order's page."""
    return [panel for panels in order_panels.call_all(order) for panel in panels]
