"""What the balance page shows of limits: budgets with what is left, caps, a pause, and the months behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.http import HttpRequest

from accounts.models import User
from ground import clock
from ledger import books
from ledger.selectors import allowances
from look import money
from wallet import caps, returns
from wallet.forms import CUSTOM
from wallet.models import SpendingHelp
from wallet.rates import Rates
from wallet.selectors import Tile
from wallet.services.pausing import running_pause
from wallet.spending import Month, months_of

PERIOD_WORDS = {"day": "Budget today", "week": "Budget this week", "month": "Budget this month"}
BAR_ROOM, BAR_STEP, BAR_WIDTH = 88, 50, 18  # of the drawing, in its own units


@dataclass(frozen=True)
class Bars:
    """A month as the chart draws it: two bars, each on a scale of its own."""

    first: date
    x: int
    money_x: int
    label_x: int
    coins: int
    minor: int
    coins_words: str
    minor_words: str
    coins_height: int
    minor_height: int

    @property
    def coins_y(self) -> int:
        return BAR_ROOM - self.coins_height

    @property
    def minor_y(self) -> int:
        return BAR_ROOM - self.minor_height


def on_balance(request: HttpRequest, rates: Rates) -> dict[str, Any]:
    """The values of the balance page's limits and chart."""
    user, now = cast(User, request.user), clock.now()
    left = allowances(holder=user.ledger_id, code="coins", unit=books.COIN, now=now)
    return {
        "budget_bars": [(PERIOD_WORDS[one.period], one) for one in left],
        "caps": caps.caps_of(user, now, currency=rates.currency),
        "pause": running_pause(user, now),
        "months": bars(months_of(user, now), rates.currency),
        "return_to": returns.or_nothing(request.POST.get("return_to") or request.GET.get("return_to", "")),
    }


def help_words() -> SpendingHelp:
    """The operator's words about help; the defaults where none were installed."""
    return SpendingHelp.objects.first() or SpendingHelp()


def bars(months: Sequence[Month], currency: str) -> list[Bars]:
    """The months with their bars: the tallest of each sort fills the room."""
    most_coins = max((month.coins for month in months), default=0)
    most_minor = max((month.minor for month in months), default=0)
    return [
        Bars(
            first=month.first,
            x=place * BAR_STEP + 6,
            money_x=place * BAR_STEP + 6 + BAR_WIDTH + 2,
            label_x=place * BAR_STEP + 6 + BAR_WIDTH + 1,
            coins=month.coins,
            minor=month.minor,
            coins_words=money.spoken(month.coins, money.COIN),
            minor_words=money.money(month.minor, currency),
            coins_height=_height(month.coins, most_coins),
            minor_height=_height(month.minor, most_minor),
        )
        for place, month in enumerate(months)
    ]


def smallest_for(coins: str, tiles: Sequence[Tile]) -> str:
    """The code of the smallest package with at least `coins`, as an address asks for it; else an exact amount."""
    if not (coins.isascii() and coins.isdecimal() and len(coins) < 10):
        return ""
    enough = (tile.package.code for tile in tiles if tile.package.coins >= int(coins))
    return next(enough, CUSTOM)


def _height(value: int, most: int) -> int:
    return max(1, value * BAR_ROOM // most) if value else 0
