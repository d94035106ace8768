"""The closing of an account: its days of grace, the erasing, and what follows outside our own tables."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User


class Closing(models.Model):
    """A person's wish to be erased. Until `erase_at` signing in takes it back; then everything about them goes."""

    class State(models.TextChoices):
        WAITING = "waiting", "In its days of grace"
        CANCELLED = "cancelled", "Taken back"
        ERASING = "erasing", "Erased here, not yet everywhere"
        ERASED = "erased", "Erased"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="closings")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_at = (
        models.DateTimeField()
    )  # business time, as is everything here: money may have to mature meanwhile
    erase_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(
        null=True, blank=True
    )  # here; `done_at` is when nothing was left outside
    done_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # of the next try; empty: nothing is due any more
    hindrances = models.JSONField(
        default=list, blank=True
    )  # codes of what held the erasing up at the last try
    told_at = models.DateTimeField(
        null=True, blank=True
    )  # when the person was told that something holds it up
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)  # the kind of the last failure, for operators

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=["waiting", "erasing", "erased"]),
                name="care_closing_one_each",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "cancelled"], erased_at=None)
                | Q(state__in=["erasing", "erased"], erased_at__isnull=False),
                name="care_closing_erased_at",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="care_closing_due")
        ]

    def __str__(self) -> str:
        return f"closing {self.id} ({self.state})"


class ClosingStep(models.Model):
    """One thing to do outside the transaction of the erasing. It is tried again until it is done."""

    class Kind(models.TextChoices):
        SESSIONS = "sessions", "Sessions that name the person"
        FILE = "file", "A file of theirs"
        CUSTOMER = "customer", "Their customer at the payment provider"
        ACCOUNT = "account", "Their payout account at the payment provider"
        LATE_EVENTS = "late_events", "What the payment provider tells of them afterwards"

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind)
    subject = models.CharField(max_length=255, blank=True)  # an id at the provider, or storage:name of a file
    due_at = models.DateTimeField(null=True, blank=True)  # wall time; empty: done
    looks = models.PositiveSmallIntegerField(default=0)  # how often a step that repeats was done
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["closing", "kind", "subject"], name="care_closingstep_once"),
            models.CheckConstraint(
                condition=Q(due_at=None, done_at__isnull=False) | Q(due_at__isnull=False, done_at=None),
                name="care_closingstep_due_or_done",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="care_closingstep_due")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}".strip()
