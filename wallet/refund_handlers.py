"""What a refund makes of the provider's events: each one is a hint to look; the provider is asked how it stands."""

from functools import partial

from ground import clock
from provider.alerts import raise_alert
from provider.errors import ProviderRefused
from provider.hooks import on_event
from provider.models import InboxEvent
from wallet.services.refund_adopting import follow_refund
from wallet.services.refund_sending import refunds_of
from wallet.services.steps import Source

Status = InboxEvent.Status


@on_event("refund.created", "refund.updated", "refund.failed", "charge.refund.updated")
def refund_changed(event: InboxEvent) -> InboxEvent.Status:
    """The event is about one refund."""
    if event.account:  # of a connected account: a transfer that came back, which is the payouts' matter
        return Status.IGNORED
    try:
        order = follow_refund(
            provider_id=event.object_id,
            source=Source.WEBHOOK,
            now=clock.now(),
            settle=partial(event.settle, Status.DONE),
        )
    except ProviderRefused as refusal:
        if refusal.provider_code == "resource_missing":  # deleted before we came to it
            return Status.IGNORED
        raise
    return Status.DONE if order is not None else _nobodys(event)


@on_event("charge.refunded")
def charge_refunded(event: InboxEvent) -> InboxEvent.Status:
    """The event is about a charge: look at each of its refunds."""
    if event.account:
        return Status.IGNORED
    try:
        there = list(refunds_of(event.object_id))
    except ProviderRefused as refusal:
        if refusal.provider_code == "resource_missing":
            return Status.IGNORED
        raise
    found = [
        follow_refund(provider_id=refund["id"], source=Source.WEBHOOK, now=clock.now()) for refund in there
    ]
    return Status.DONE if all(found) else _nobodys(event)


def _nobodys(event: InboxEvent) -> InboxEvent.Status:
    raise_alert(
        code="refund_of_nobody",
        key=event.object_id,
        message=f"{event.type}: money went back for a charge that belongs to no order.",
        event=event.event_id,
    )
    return Status.IGNORED
