"""A person's copy of their data: asked for, built by a worker, fetched, deleted."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from accounts.models import User

KEPT = timedelta(days=7)  # the file; the row stays as history


class DataExport(models.Model):
    """One ZIP of everything the house knows about a person. The row is the truth; a task is only its nudge."""

    class State(models.TextChoices):
        REQUESTED = "requested", "Waiting to be built"
        BUILDING = "building", "Being built"
        READY = "ready", "Ready"
        EXPIRED = "expired", "Deleted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="data_exports")
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    asked_at = (
        models.DateTimeField()
    )  # wall time, as everything here: a file's life has nothing to do with money
    parts_total = models.PositiveIntegerField(default=0)  # 0 until a worker has begun
    parts_done = models.PositiveIntegerField(default=0)
    part = models.CharField(max_length=60, blank=True)  # the one at work
    rows = models.PositiveBigIntegerField(default=0)  # written so far
    file = models.CharField(max_length=80, blank=True)  # a random name in the storage "private"
    size_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)  # the kind of the last failure, for operators
    due_at = models.DateTimeField(
        null=True, blank=True
    )  # of the next try, or of the deletion; empty: nothing is due
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=["requested", "building"]),
                name="care_dataexport_one_running",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready")
                | (Q(ready_at__isnull=False, expires_at__isnull=False) & ~Q(file="")),
                name="care_dataexport_ready_has_file",
            ),
            models.CheckConstraint(
                condition=~Q(state="expired") | Q(file=""), name="care_dataexport_expired_has_no_file"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-asked_at"], name="care_dataexport_of_user"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="care_dataexport_due"),
        ]

    def __str__(self) -> str:
        return f"export {self.id} ({self.state})"

    @property
    def is_running(self) -> bool:
        """Whether it is still to be built."""
        return self.state in (self.State.REQUESTED, self.State.BUILDING)

    def is_ready(self, now: datetime) -> bool:
        """Whether the file can be fetched at `now` (wall time)."""
        return self.state == self.State.READY and self.expires_at is not None and now < self.expires_at
