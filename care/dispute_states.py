"""What a dispute can be at the provider, and what that means here."""

from enum import Enum

from django.db import models


class DisputeStatus(models.TextChoices):
    """The provider's word, as it is."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response", "inquiry, to be answered"
    WARNING_UNDER_REVIEW = "warning_under_review", "inquiry, answered"
    WARNING_CLOSED = "warning_closed", "inquiry, closed"
    NEEDS_RESPONSE = "needs_response", "to be answered"
    UNDER_REVIEW = "under_review", "answered, the bank decides"
    WON = "won", "won"
    LOST = "lost", "lost"
    PREVENTED = "prevented", "prevented"


class Stage(Enum):
    """What has to happen in the books."""

    INQUIRY = "inquiry"  # the bank asks: nothing moves
    BLOCKED = "blocked"  # prevented before any money moved: nothing ever does
    OPEN = "open"  # what is there of the coins and diamonds is held
    WON = "won"
    LOST = "lost"

    @property
    def is_final(self) -> bool:
        """Whether the bank has decided. An inquiry that is closed says so by its status."""
        return self in (Stage.BLOCKED, Stage.WON, Stage.LOST)


class Outcome(models.TextChoices):
    """How an opened dispute ended."""

    WON = "won", "won"
    LOST = "lost", "lost"


class Fate(models.TextChoices):
    """What became of a gift's diamonds that a dispute set aside."""

    HELD = "held", "Set aside"
    RESTORED = "restored", "Back"
    CANCELLED = "cancelled", "Cancelled"


class DisputeStepKind(models.TextChoices):
    """What happened to a dispute, for operators."""

    SEEN = "seen", "Learnt of it"
    CHANGED = "changed", "The provider's word changed"
    HELD = "held", "Coins and diamonds were set aside"
    MOVED = "moved", "The provider moved money"
    WON = "won", "Won: everything is back"
    LOST = "lost", "Lost: booked for good"
    NOTED = "noted", "An internal note"
    EVIDENCE_KEPT = "evidence_kept", "Evidence was saved at the provider"
    EVIDENCE_SENT = "evidence_sent", "Evidence was sent to the bank"
    ACCEPTED = "accepted", "Accepted: we do not contest it"


OPEN_STATUSES = (DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW)
TO_ANSWER = (DisputeStatus.NEEDS_RESPONSE, DisputeStatus.WARNING_NEEDS_RESPONSE)
INQUIRIES = (
    DisputeStatus.WARNING_NEEDS_RESPONSE,
    DisputeStatus.WARNING_UNDER_REVIEW,
    DisputeStatus.WARNING_CLOSED,
)


def stage_of(status: str, *, has_withdrawal: bool) -> Stage:
    """What the provider's status means. A prevented dispute that took the money (a resolution) is a lost one."""
    if status in INQUIRIES:
        return Stage.INQUIRY
    if status == DisputeStatus.PREVENTED:
        return Stage.LOST if has_withdrawal else Stage.BLOCKED
    return {DisputeStatus.WON: Stage.WON, DisputeStatus.LOST: Stage.LOST}.get(
        DisputeStatus(status), Stage.OPEN
    )
