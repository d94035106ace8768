"""dj-stripe's mirror: Stripe's objects for operators and finance to look at. Never the money engine.

It fetches objects from Stripe inside its own transaction; so it runs in a task of its own, holds no row of ours, and
its failure touches nothing else.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from djstripe.models import Event
from djstripe.signals import WEBHOOK_SIGNALS

from ground import clock
from provider.models import InboxEvent

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
RETRY_AFTER = timedelta(minutes=2)
SWEEP_LIMIT = 50


def feed(*, event_pk: int) -> None:
    """This will give an event to the mirror once; what dj-stripe does not know is left out."""
    event = InboxEvent.objects.get(pk=event_pk)
    if event.mirrored_at is not None or event.livemode != settings.STRIPE_LIVE_MODE:
        return
    try:
        if event.type in WEBHOOK_SIGNALS:
            Event.process(event.payload)
    except Exception as error:
        log.warning("dj-stripe's mirror did not take %s (%s): %r", event.event_id, event.type, error)
        InboxEvent.objects.filter(pk=event_pk).update(
            mirror_attempts=F("mirror_attempts") + 1, mirror_error=repr(error)[:500]
        )
        return
    InboxEvent.objects.filter(pk=event_pk).update(mirrored_at=clock.wall(), mirror_error="")


def due() -> list[int]:
    """Events the mirror has not taken although there was time, those that never work left out."""
    waiting = InboxEvent.objects.filter(
        mirrored_at=None,
        livemode=settings.STRIPE_LIVE_MODE,
        mirror_attempts__lt=MAX_ATTEMPTS,
        received_at__lt=clock.wall() - RETRY_AFTER,
    )
    return list(waiting.order_by("received_at").values_list("pk", flat=True)[:SWEEP_LIMIT])
