"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest



def site(request: HttpRequest) -> dict[str, Any]:
    """The mode (pages mark a demo), the site's own address, and the signed-in person's coins for the header."""
    coins = (
        books.balance(user.ledger_id, "coins", "COIN") if user is not None and user.is_authenticated else None
    )
    return {"ovation_mode": settings.OVATION_MODE, "site_url": settings.SITE_URL}
