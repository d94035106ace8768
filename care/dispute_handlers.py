"""What disputes make of the provider's events: each one is a hint to look; the provider is asked how it stands."""

from collections.abc import Callable
from functools import partial
from typing import Any

from care.services.disputes import is_gone, look_at_dispute
from care.services.fraud_warnings import look_at_warning
from ground import clock
from provider.errors import ProviderRefused
from provider.hooks import on_event
from provider.models import InboxEvent
from wallet.services.steps import Source

Status = InboxEvent.Status


@on_event(
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_reinstated",
)
def dispute_changed(event: InboxEvent) -> InboxEvent.Status:
    """The event is about a dispute."""
    return _look(event, look_at_dispute)


@on_event("radar.early_fraud_warning.created", "radar.early_fraud_warning.updated")
def fraud_warned(event: InboxEvent) -> InboxEvent.Status:
    """The event is about an early fraud warning."""
    return _look(event, look_at_warning)


def _look(event: InboxEvent, look: Callable[..., Any]) -> InboxEvent.Status:
    """Look, and settle the event in the transaction of that work."""
    try:
        look(
            provider_id=event.object_id,
            source=Source.WEBHOOK,
            now=clock.now(),
            settle=partial(event.settle, Status.DONE),
        )
    except ProviderRefused as refusal:
        if is_gone(refusal):  # deleted before we came to it
            return Status.IGNORED
        raise
    return Status.DONE
