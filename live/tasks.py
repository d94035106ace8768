"""The worker's side of rooms. Tasks carry ids only."""

from uuid import UUID

from celery import shared_task

from ground import clock
from live import notices


@shared_task(name="live.tasks.tell_followers")
def tell_followers(room_id: str, after: int = 0) -> None:
    """Tell some of the followers that a room has started, and leave the others to the next task."""
    rest = notices.tell_some_followers(room_id=UUID(room_id), after=after, now=clock.now())
    if rest is not None:
        tell_followers.delay(room_id, rest)
