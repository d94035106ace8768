"""Where a recharge leads back to: a live room of ours, with the gift chosen there. Nothing else is followed."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from django.urls import Resolver404, resolve, reverse

from wallet.errors import WrongReturn
from wallet.models import Order

GIFT = re.compile(r"[-a-z0-9_]{1,40}")
MOST_AT_ONCE = 999


def clean(return_to: str) -> str:
    """`return_to` made anew from what it names: the room, the gift and its quantity. Empty stays empty.

    Raises:
        WrongReturn: it is no room's path.
    """
    if not return_to:
        return ""
    parts = urlsplit(return_to)
    if parts.scheme or parts.netloc or not return_to.isascii():
        raise WrongReturn
    try:
        found = resolve(parts.path)
    except Resolver404 as nothing:
        raise WrongReturn from nothing
    if found.view_name != "live:room":
        raise WrongReturn
    chosen = _chosen(parts.query)
    return reverse("live:room", kwargs=found.kwargs) + (f"?{urlencode(chosen)}" if chosen else "")


def or_nothing(return_to: str) -> str:
    """The same for an address that somebody typed: what is no room's is left out."""
    try:
        return clean(return_to)
    except WrongReturn:
        return ""


def back_to_room(order: Order) -> str:
    """Where the buyer of `order` came from, told which recharge they come back with; empty: from no room."""
    if not order.return_to:
        return ""
    sign = "&" if "?" in order.return_to else "?"
    return f"{order.return_to}{sign}{urlencode({'recharge': order.pk})}"


def _chosen(query: str) -> dict[str, str]:
    asked = parse_qs(query)
    gift, quantity = asked.get("gift", [""])[0], asked.get("quantity", ["1"])[0]
    if not GIFT.fullmatch(gift):
        return {}
    is_count = quantity.isascii() and quantity.isdecimal() and 1 <= int(quantity[:4]) <= MOST_AT_ONCE
    return {"gift": gift, "quantity": quantity if is_count else "1"}
