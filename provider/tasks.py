"""The provider's work in the background. Tasks carry ids only and may run twice."""

from celery import Task, shared_task

from ground import clock
from provider import listing, mirror, retention, work


@shared_task(bind=True, name="provider.tasks.process_inbox")
def process_inbox(self: "Task[[int], None]", event_pk: int) -> None:
    """Work off one event."""
    work.work_off(event_pk=event_pk, worker=self.request.id or "")


@shared_task(name="provider.tasks.feed_mirror")
def feed_mirror(event_pk: int) -> None:
    """Give one event to dj-stripe's mirror."""
    mirror.feed(event_pk=event_pk)


@shared_task(name="provider.tasks.sweep_inbox")
def sweep_inbox() -> None:
    """Find what lost nudges, dead workers and lost webhooks left, and wake it again."""
    listing.find_lost_events()
    for event_pk in work.due():
        process_inbox.delay(event_pk)
    for event_pk in mirror.due():
        feed_mirror.delay(event_pk)


@shared_task(name="provider.tasks.forget_events")
def forget_events() -> None:
    """Beat: delete what was settled long ago."""
    retention.forget_old_events(now=clock.wall())
