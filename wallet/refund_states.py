"""What a refund can be, and what may follow what. The database holds the same table (sql/refund_rules.sql)."""

from django.db import models


class RefundState(models.TextChoices):
    """A state of a refund. `next` says where it may go from here."""

    PROPOSED = "proposed", "waits for a second operator"
    PENDING = "pending", "on its way"
    SUCCEEDED = "succeeded", "paid back"
    FAILED = "failed", "failed"
    CANCELED = "canceled", "canceled"
    REJECTED = "rejected", "not agreed to"

    @property
    def next(self) -> "frozenset[RefundState]":
        """The states that may follow this one."""
        return TRANSITIONS[self]


TRANSITIONS: dict[RefundState, frozenset[RefundState]] = {
    RefundState.PROPOSED: frozenset({RefundState.PENDING, RefundState.REJECTED}),
    RefundState.PENDING: frozenset({RefundState.SUCCEEDED, RefundState.FAILED, RefundState.CANCELED}),
    RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),  # a bank can send it back weeks later
    RefundState.FAILED: frozenset(),
    RefundState.CANCELED: frozenset(),
    RefundState.REJECTED: frozenset(),
}

STANDING = [
    RefundState.PENDING,
    RefundState.SUCCEEDED,
]  # their coins are taken, their money is promised or paid
UNDONE = [RefundState.FAILED, RefundState.CANCELED]  # their coins came back

# The provider's word for each of ours (stripe.md, R18).
OF_PROVIDER = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.CANCELED,
}
