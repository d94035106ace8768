"""The panel under a room's stage: what can be sent, for how much, and who gets what of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from accounts.privacy import can_gift
from gifts import selectors
from gifts.budget_rows import room_for
from gifts.money_words import exact_money, near_money
from gifts.selectors import Offer
from ground import clock
from ledger import books
from live.hooks import Panel
from live.models import Room
from wallet import pages, rates
from wallet.models import Order
from wallet.pages import Standing
from wallet.selectors import order_of

COUNTDOWN_ABOVE_COINS = 1_000  # product.md C2: five seconds to think, before anything is sent
COUNTDOWN_S = 5


@dataclass(frozen=True)
class Tile:
    """One gift in the tray, in words."""

    offer: Offer
    money: str
    near_money: str
    creator_money: str
    platform_money: str


def gift_panel(request: HttpRequest, room: Room) -> Panel:
    """The tray for `room` as this visitor sees it. Four queries, however many gifts there are."""
    now = clock.now()
    in_force = rates.in_force(now)
    came_back = coming_back(request)
    values: dict[str, Any] = {
        "room": room,
        "came_back": came_back,
        "recharge_url": f"{reverse('wallet:balance')}?{urlencode({'return_to': _address(room)})}",
        "tiles": [_tile(offer) for offer in selectors.offers(rates=in_force, now=now)],
        "signed_in": request.user.is_authenticated,
        "own_room": request.user.pk == room.creator_id,
        "unwelcome": request.user.is_authenticated and not can_gift(request.user, room.creator),
        "balance": None,
        "key": str(uuid4()),
        "settings": {
            "send": reverse("gifts-api:send", args=[room.pk]),
            "form": reverse("gifts:send", args=[room.pk]),
            "recharge": reverse("wallet:balance"),
            "packages": reverse("api-packages"),
            "wallet": reverse("api-wallet"),
            "room": _address(room),
            "receipt": reverse("gifts:receipt", args=[0]),
            "countdown_above_coins": COUNTDOWN_ABOVE_COINS,
            "countdown_s": COUNTDOWN_S,
            "coin_value_micro": in_force.coin_value_micro,
            "diamond_value_micro": in_force.diamond_value_micro,
            "diamond_units_per_coin": in_force.diamond_units_per_coin,
            "currency": in_force.currency,
            "creator": room.creator.name,
            "placeholder_art": static("art/favicon.svg"),
        },
    }
    if request.user.is_authenticated:
        values["balance"] = books.balance(request.user.ledger_id, "coins", books.COIN)
        values["leaves"] = room_for(request.user, room.creator, now)
    return Panel("gifts/panel.html", values)


@dataclass(frozen=True)
class CameBack:
    """Who comes back from a recharge finds what they had chosen, and reads how the recharge stands."""

    gift: str
    quantity: str
    standing: Standing | None
    order: Order | None


def coming_back(request: HttpRequest) -> CameBack | None:
    """What the address of a recharge's return says (wallet/returns.py); None for everybody else."""
    if "gift" not in request.GET and "recharge" not in request.GET:
        return None
    order = _order(request)
    return CameBack(
        gift=request.GET.get("gift", ""),
        quantity=request.GET.get("quantity", "1"),
        standing=order and pages.standing(order),
        order=order,
    )


def _order(request: HttpRequest) -> Order | None:
    try:
        order_id = UUID(request.GET.get("recharge", ""))
    except ValueError:
        return None
    return order_of(request.user, order_id) if request.user.is_authenticated else None


def _address(room: Room) -> str:
    return reverse("live:room", args=[room.pk])


def _tile(offer: Offer) -> Tile:
    split = offer.split
    return Tile(
        offer=offer,
        money=exact_money(split.price_parts, split.currency),
        near_money=near_money(split.price_parts, split.currency),
        creator_money=exact_money(split.creator_parts, split.currency),
        platform_money=exact_money(split.platform_parts, split.currency),
    )
