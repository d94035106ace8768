"""What a new installation has to send: the gifts of catalogue.json."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from gifts.models import Gift, GiftPrice

CATALOGUE = Path(__file__).with_name("catalogue.json")
CATEGORIES = {category.label: category.value for category in Gift.Category}


def install(now: datetime) -> None:
    """This will add the gifts and first prices that are missing, from `now` on; what is there stays as it is."""
    with transaction.atomic():
        for position, entry in enumerate(_catalogue()):
            _install_gift(entry, position, now)


def _install_gift(entry: dict[str, Any], position: int, now: datetime) -> None:
    gift, _ = Gift.objects.get_or_create(
        slug=entry["slug"],
        defaults={
            "name": entry["name"],
            "category": CATEGORIES[entry["category"]],
            "price_class": entry["price_class"],
            "animation": entry["animation"],
            "alt": entry["alt"],
            "position": position,
            "available_from": now,
        },
    )
    if not gift.prices.exists():
        GiftPrice.objects.create(gift=gift, coins=entry["coins"], starts_at=now)


def _catalogue() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(CATALOGUE.read_text())["gifts"]
    return entries
