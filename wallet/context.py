"""What the header of every page shows: the coins one has."""

from functools import cache
from typing import Any, cast

from django.http import HttpRequest

from accounts.models import User
from wallet.selectors import coins_of


def balance(request: HttpRequest) -> dict[str, Any]:
    """`balance_coins`, asked for once and only by pages that show it; None for nobody."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"balance_coins": None}
    return {"balance_coins": cache(lambda: coins_of(cast(User, user)))}  # a template calls it
