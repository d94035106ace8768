"""The states of a cash-out, and which may follow which. The database holds the same table (migrations/0002)."""

from django.db import models


class PayoutState(models.TextChoices):
    """Where a cash-out is. The words are what people read."""

    REQUESTED = "requested", "Requested"
    SCREENING = "screening", "In review"
    APPROVED = "approved", "Approved"
    SENDING = "sending", "Being sent"
    SENT = "sent", "On its way to the bank"
    PAID = "paid", "Paid"
    REJECTED = "rejected", "Not approved"
    CANCELLED = "cancelled", "Cancelled"
    FAILED = "failed", "Failed, being brought back"
    RETURNED = "returned", "Returned"

    def may_become(self, other: "PayoutState") -> bool:
        """Whether the step from here to `other` exists."""
        return other in FOLLOWING[self]

    @property
    def is_final(self) -> bool:
        """Whether a person need not wait any more. A paid one may still come back (a bank may refuse for days)."""
        return self in FINAL


FOLLOWING: dict[PayoutState, frozenset[PayoutState]] = {
    PayoutState.REQUESTED: frozenset({PayoutState.SCREENING, PayoutState.CANCELLED}),
    PayoutState.SCREENING: frozenset({PayoutState.APPROVED, PayoutState.REJECTED, PayoutState.CANCELLED}),
    PayoutState.APPROVED: frozenset({PayoutState.SENDING, PayoutState.REJECTED, PayoutState.CANCELLED}),
    # Back to approved: the provider has nothing to pay from yet, and nothing was moved.
    PayoutState.SENDING: frozenset({PayoutState.SENT, PayoutState.APPROVED, PayoutState.FAILED}),
    PayoutState.SENT: frozenset({PayoutState.PAID, PayoutState.FAILED}),
    PayoutState.PAID: frozenset({PayoutState.FAILED}),
    PayoutState.FAILED: frozenset({PayoutState.RETURNED}),
    PayoutState.REJECTED: frozenset(),
    PayoutState.CANCELLED: frozenset(),
    PayoutState.RETURNED: frozenset(),
}
FINAL = frozenset({PayoutState.PAID, PayoutState.REJECTED, PayoutState.CANCELLED, PayoutState.RETURNED})
CANCELLABLE = frozenset({PayoutState.REQUESTED, PayoutState.SCREENING, PayoutState.APPROVED})
# Whose diamonds came back: they do not count against the day's limit.
UNDONE = frozenset({PayoutState.REJECTED, PayoutState.CANCELLED, PayoutState.RETURNED})


class WaitReason(models.TextChoices):
    """Why an approved cash-out is not sent yet."""

    NONE = "", "Nothing"
    BALANCE = "balance_insufficient", "The platform is waiting for its own funds at the payment provider"
    ACCOUNT = "account_not_ready", "The payout account needs attention at the payment provider"
    FROZEN = "account_frozen", "Stopped: it was reported that somebody else used the account"
    UNKNOWN = "answer_unknown", "The payment provider has not confirmed yet"


class AttemptOutcome(models.TextChoices):
    """How one try at sending ended."""

    OPEN = "open", "Open"
    REFUSED = "refused", "Refused, nothing moved"
    SENT = "sent", "Handed to the bank"
    PAID = "paid", "Paid"
    FAILED = "failed", "Failed, money to be brought back"
    REVERSED = "reversed", "Brought back"
