"""What comes into the inbox, from the webhook door and from the provider's own list alike."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from django.db import transaction

from provider.errors import WebhookRefused
from provider.models import InboxEvent
from provider.nudge import nudge

MAX_TEXT = {"id": 255, "type": 100, "account": 64}


def demand_shape(event: Mapping[str, Any]) -> None:
    """This will refuse an event without the few fields that everything here rests on.

    Raises:
        WebhookRefused: a field is missing or is not what it should be.
    """
    well_formed = (
        _is_text(event, "id")
        and _is_text(event, "type")
        and isinstance(event.get("livemode"), bool)
        and _is_time(event.get("created"))
        and (event.get("account") is None or _is_text(event, "account"))
        and isinstance(event.get("data"), dict)
        and isinstance(event["data"].get("object"), dict)
    )
    if not well_formed:
        raise WebhookRefused("The event has not the fields of an event.")


def receive(*, event: Mapping[str, Any], source: InboxEvent.Source) -> bool:
    """This will store a well-formed event once and wake its work. False: it was here already.

    Opens its own transaction; when it returns, the event is on disk.
    """
    clean = cast(dict[str, Any], without_nul(event))
    with transaction.atomic(durable=True):
        row, is_new = InboxEvent.objects.get_or_create(
            event_id=clean["id"],
            defaults={
                "type": clean["type"],
                "account": clean.get("account") or "",
                "object_id": str(clean["data"]["object"].get("id") or "")[:255],
                "livemode": clean["livemode"],
                "payload": clean,
                "source": source,
                "happened_at": datetime.fromtimestamp(clean["created"], UTC),
            },
        )
        if is_new:
            nudge("provider.tasks.process_inbox", row.pk)
            nudge("provider.tasks.feed_mirror", row.pk)
    return is_new


def without_nul(value: Any) -> Any:
    """This will replace what JSON allows and PostgreSQL's text does not: NUL and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {without_nul(name): without_nul(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    return value


def _is_text(event: Mapping[str, Any], name: str) -> bool:
    value = event.get(name)
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT[name]


def _is_time(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**33
