"""Forgetting what the inbox and dj-stripe's list of events hold, once nobody can need it again.

A refused delivery leaves no row at all; what is open stays.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from djstripe.models import Event

from provider.models import InboxEvent

Status = InboxEvent.Status

ROWS_AT_ONCE = 2_000


def forget_old_events(*, now: datetime) -> int:
    """This will delete the rows of events that were settled long ago, at most some thousand; answers how many.

    `now` is wall time. Opens its own transaction.
    """
    before = now - timedelta(days=settings.INBOX_KEPT_DAYS)
    settled = InboxEvent.objects.filter(status__in=[Status.DONE, Status.IGNORED], finished_at__lt=before)
    with transaction.atomic(durable=True):
        old = list(settled.order_by("finished_at").values_list("pk", flat=True)[:ROWS_AT_ONCE])
        forgotten, _ = InboxEvent.objects.filter(pk__in=old).delete()
        _forget_mirrored(before)
    return forgotten


def _forget_mirrored(before: datetime) -> None:
    """dj-stripe's own row of each event, with the whole body."""
    mirrored = Event.objects.filter(djstripe_created__lt=before).order_by("pk")
    old = list(mirrored.values_list("pk", flat=True)[:ROWS_AT_ONCE])
    Event.objects.filter(pk__in=old).only("pk").delete()  # only: delete() reads what it deletes
