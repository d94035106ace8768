"""Working off the inbox: one event at a time per worker, marked only in the transaction of its work."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from ground import clock
from provider import hooks
from provider.alerts import raise_alert
from provider.models import InboxEvent

log = logging.getLogger(__name__)

Status = InboxEvent.Status

LEASE = timedelta(seconds=120)  # Celery's hard time limit: after it nobody is at work any more
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=5), timedelta(hours=1)
ATTEMPTS_UNTIL_ALERT = 8
SWEEP_LIMIT = 200


def due(*, limit: int = SWEEP_LIMIT) -> list[int]:
    """The events to be worked off now, oldest first: new, failed before, or left by a worker that died."""
    now = clock.wall()
    open_events = InboxEvent.objects.filter(
        status__in=[Status.RECEIVED, Status.FAILED], next_attempt_at__lte=now
    )
    free = open_events.filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
    return list(free.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])


def work_off(*, event_pk: int, worker: str) -> None:
    """This will do what an event asks for, unless it is done or somebody else is at it.

    Opens its own transactions; the handler runs outside of them. An exception of the handler is kept on the row and
    tried again later, with growing pauses.
    """
    event = _claim(event_pk, worker)
    if event is None:
        return
    try:
        with_handler = _settle_without_work(event)
        if with_handler is not None:
            status = with_handler(event) or Status.DONE
            with transaction.atomic(durable=True):
                event.settle(status)
    except Exception as error:
        log.warning("Event %s (%s) was not worked off: %r", event.event_id, event.type, error)
        _postpone(event, error)


def _claim(event_pk: int, worker: str) -> InboxEvent | None:
    """Take the lease. A message that comes again after its worker was killed has the same task id and takes over."""
    now = clock.wall()
    with transaction.atomic(durable=True):
        event = (
            InboxEvent.objects.select_for_update(skip_locked=True)
            .filter(pk=event_pk, status__in=[Status.RECEIVED, Status.FAILED])
            .first()
        )
        if event is None or (
            event.claimed_until and event.claimed_until > now and event.claimed_by != worker
        ):
            return None
        event.claimed_by, event.claimed_until = worker, now + LEASE
        event.attempts += 1
        event.save(update_fields=["claimed_by", "claimed_until", "attempts"])
    return event


def _settle_without_work(event: InboxEvent) -> hooks.Handler | None:
    """The handler, or None when there is nothing for one to do and the event is settled already."""
    handler = hooks.handler_of(event.type)
    with transaction.atomic(durable=True):
        if event.livemode != settings.STRIPE_LIVE_MODE:
            _alert(
                event, "wrong_mode", "An event of the wrong mode (live or test) arrived; it has no effect."
            )
            event.settle(Status.IGNORED, "wrong mode")
        elif handler is not None:
            return handler
        else:
            event.settle(Status.IGNORED, "nothing depends on this type")
    return None


def _alert(event: InboxEvent, code: str, message: str) -> None:
    subject = event.object_id or event.event_id
    raise_alert(code=code, key=subject, message=message, event=event.event_id, type=event.type)


def _postpone(event: InboxEvent, error: Exception) -> None:
    """Free the lease and set the next try; after several tries say so to the operators, and keep trying."""
    has_failed = event.attempts >= ATTEMPTS_UNTIL_ALERT
    with transaction.atomic(durable=True):
        InboxEvent.objects.filter(pk=event.pk, status__in=[Status.RECEIVED, Status.FAILED]).update(
            status=Status.FAILED if has_failed else Status.RECEIVED,
            error=repr(error)[:2000],
            claimed_until=None,
            next_attempt_at=next_try(event.attempts, clock.wall()),
        )
        if has_failed:
            _alert(event, "inbox_stuck", f"{event.type} failed {event.attempts} times: {error!r}")


def next_try(attempts: int, now: datetime) -> datetime:
    """When to try again after `attempts` tries: 5, 10, 20 … seconds, at most an hour."""
    assert attempts >= 1
    pause: timedelta = FIRST_RETRY * 2 ** min(attempts - 1, 20)
    return now + min(pause, LONGEST_RETRY)
