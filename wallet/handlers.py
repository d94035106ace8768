"""What an order makes of the provider's events: each one is a hint to look; the provider is asked how it stands."""

from functools import partial

from ground import clock
from provider.errors import ProviderRefused
from provider.hooks import on_event
from provider.models import InboxEvent
from wallet.models import OrderEvent
from wallet.selectors import session_of_order
from wallet.services.fulfil import fulfil

Status = InboxEvent.Status


@on_event(
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
def session_changed(event: InboxEvent) -> InboxEvent.Status:
    """The event is about a Checkout Session."""
    return _look(event, event.object_id)


@on_event("payment_intent.payment_failed", "payment_intent.succeeded", "charge.updated")
def payment_changed(event: InboxEvent) -> InboxEvent.Status:
    """The event is about a payment or a charge that carries our order's id; a charge gets its fee later."""
    metadata = event.subject.get("metadata")
    reference = metadata.get("order", "") if isinstance(metadata, dict) else ""
    session_id = session_of_order(str(reference), str(event.subject.get("payment_intent") or event.object_id))
    return _look(event, session_id) if session_id else Status.IGNORED


def _look(event: InboxEvent, session_id: str) -> InboxEvent.Status:
    """Fulfil, and settle the event in the transaction of that work."""
    try:
        order = fulfil(
            session_id=session_id,
            source=OrderEvent.Source.WEBHOOK,
            now=clock.now(),
            settle=partial(event.settle, Status.DONE),
        )
    except ProviderRefused as refusal:
        if refusal.provider_code == "resource_missing":  # deleted before we came to it
            return Status.IGNORED
        raise
    return Status.DONE if order is not None else Status.IGNORED
