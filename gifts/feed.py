"""What a screen shows of a gift beside the ids and amounts of its event."""

from collections.abc import Sequence
from typing import Any

from django.templatetags.static import static

from events.log import Event
from gifts.models import Gift
from live.hooks import EventKey


def facts(events: Sequence[Event]) -> dict[EventKey, dict[str, Any]]:
    """Name, drawing and animation of the gifts in "gift.settled" events."""
    settled = [event for event in events if event.type == "gift.settled"]
    if not settled:
        return {}
    gifts = Gift.objects.in_bulk({event.body["gift"] for event in settled}, field_name="slug")
    return {(event.stream, event.number): _facts(gifts[event.body["gift"]]) for event in settled}


def _facts(gift: Gift) -> dict[str, Any]:
    return {
        "gift_name": gift.name,
        "art": static(gift.art),
        "animation": gift.animation,
        "price_class": gift.price_class,
    }
