"""What passed between us and the payment provider: our calls, its events, and what an operator must look at."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now

from ground import clock


class ProviderCall(models.Model):
    """One thing asked of the provider. The row stands, committed, before the request leaves (stripe.md, R9–R12)."""

    class State(models.TextChoices):
        PENDING = "pending", "asked, no answer yet"
        DONE = "done", "done"
        REFUSED = "refused", "refused, nothing happened"
        UNKNOWN = "unknown", "unknown, it may have happened"

    key = models.CharField(max_length=200, unique=True)  # ours: "order:<uuid>:session"
    idempotency_key = models.CharField(
        max_length=255, unique=True
    )  # what the provider sees: the key and a number
    renewals = models.PositiveSmallIntegerField(default=0)
    purpose = models.CharField(max_length=60)
    account = models.CharField(max_length=64, blank=True)  # the connected account asked for, if any
    request_hash = models.CharField(max_length=64)  # SHA-256 over the canonical parameters
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    response_id = models.CharField(max_length=255, blank=True)  # the object that was made
    provider_request_id = models.CharField(max_length=64, blank=True)  # "req_…", for the provider's support
    http_status = models.PositiveSmallIntegerField(null=True)
    error_code = models.CharField(max_length=100, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    first_sent_at = models.DateTimeField(
        null=True
    )  # business time, which is the provider's; of the present key
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "done", "refused", "unknown"]),
                name="provider_providercall_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(response_id=""),
                name="provider_providercall_done_names_object",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["pending", "unknown"]),
                name="provider_call_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key} ({self.state})"


class InboxEvent(models.Model):
    """One event the provider told us. Stored once by its id; never marked before its work is done."""

    class Status(models.TextChoices):
        RECEIVED = "received", "to be worked off"
        DONE = "done", "done"
        IGNORED = "ignored", "needs nothing"
        FAILED = "failed", "failed, still retried"

    class Source(models.TextChoices):
        WEBHOOK = "webhook", "delivered"
        CONNECT = "connect", "delivered for a connected account"
        LISTING = "listing", "found by asking the provider"

    event_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=100)
    account = models.CharField(max_length=64, blank=True)  # the connected account it is about; empty: our own
    object_id = models.CharField(max_length=255, blank=True, db_index=True)  # the object it is about
    livemode = models.BooleanField()
    payload = models.JSONField()
    source = models.CharField(max_length=10, choices=Source)
    happened_at = models.DateTimeField()  # the provider's time
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    note = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)  # the Celery task at work
    claimed_until = models.DateTimeField(null=True)  # wall time: a claim is a lease
    next_attempt_at = models.DateTimeField(db_default=Now())  # wall time
    finished_at = models.DateTimeField(null=True)
    mirrored_at = models.DateTimeField(null=True)  # when dj-stripe's mirror took it
    mirror_attempts = models.PositiveIntegerField(default=0)
    mirror_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["received", "done", "ignored", "failed"]),
                name="provider_inboxevent_status",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(status__in=["received", "failed"]),
                name="provider_inbox_to_work_off",
            ),
            models.Index(
                fields=["received_at"], condition=Q(mirrored_at=None), name="provider_inbox_to_mirror"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"

    @property
    def subject(self) -> dict[str, object]:
        """The object as it was when the event happened. Never rest a decision about money on it: ask the provider."""
        subject = self.payload["data"]["object"]
        assert isinstance(subject, dict)
        return subject

    def settle(self, status: "InboxEvent.Status", note: str = "") -> None:
        """This will mark the event inside the transaction that holds its work. Settling twice keeps the first.

        Needs an open transaction.
        """
        assert transaction.get_connection().in_atomic_block, "settle belongs to the transaction of the work"
        open_states = [self.Status.RECEIVED, self.Status.FAILED]
        changed = InboxEvent.objects.filter(pk=self.pk, status__in=open_states).update(
            status=status, note=note[:300], error="", claimed_until=None, finished_at=clock.wall()
        )
        if changed:
            self.status, self.note = status, note


class EventListing(models.Model):
    """How far the provider's own list of events has been read, per account ("" is our own)."""

    account = models.CharField(max_length=64, unique=True, blank=True)
    seen_until = models.DateTimeField()  # the provider's time of the newest event read
    listed_at = models.DateTimeField()  # wall time

    def __str__(self) -> str:
        return f"{self.account or 'our account'} read to {self.seen_until}"


class OperatorAlert(models.Model):
    """Something a person must look at. One open row per (code, key); a repetition counts up."""

    code = models.CharField(max_length=60)
    key = models.CharField(max_length=200)  # what it is about: an order, an event, an endpoint
    message = models.CharField(max_length=500)
    facts = models.JSONField(default=dict)
    times = models.PositiveIntegerField(default=1)
    raised_at = models.DateTimeField()
    last_raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    resolution = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "key"], condition=Q(resolved_at=None), name="provider_operatoralert_one_open"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | (Q(resolved_by__isnull=False) & ~Q(resolution="")),
                name="provider_operatoralert_resolved_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.message
