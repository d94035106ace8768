"""What the wallet asks of the floors above."""

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
