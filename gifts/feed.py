"""What a screen shows of a settled gift: its event holds the gift's id, everything else is read from its row."""

from collections.abc import Sequence
from typing import Any

from django.templatetags.static import static

from events.log import Event
from gifts.models import SentGift
from live.hooks import EventKey


def facts(events: Sequence[Event]) -> dict[EventKey, dict[str, Any]]:
    """Who sent what in the "gift.settled" events, and how it is shown. Two queries, however many there are."""
    settled = [event for event in events if event.type == "gift.settled"]
    if not settled:
        return {}
    sent = SentGift.objects.select_related("gift").in_bulk({event.body["id"] for event in settled})
    return {(event.stream, event.number): _facts(sent[event.body["id"]]) for event in settled}


def _facts(sent: SentGift) -> dict[str, Any]:
    gift = sent.gift
    return {
        "gift": gift.slug,
        "room": str(sent.room_id),
        "sender": None if sent.is_anonymous else sent.sender_id,
        "quantity": sent.quantity,
        "coins": sent.coins,
        "diamond_units": sent.diamond_units,
        "gift_name": gift.name,
        "art": static(gift.art),
        "animation": gift.animation,
        "price_class": gift.price_class,
    }
