"""What is read of gifts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from accounts.models import User
from gifts.errors import SentGiftNotFound
from gifts.models import Gift, GiftLimit, GiftPrice, SentGift
from gifts.split import Split, split_of
from wallet.rates import Rates


@dataclass(frozen=True)
class Offer:
    """One gift as it stands in the tray: its price, and who gets what of it."""

    gift: Gift
    coins: int
    split: Split


def offers(*, rates: Rates, now: datetime) -> list[Offer]:
    """The gifts that can be sent now, the cheapest first."""
    prices = (
        GiftPrice.objects.in_force(now)
        .filter(gift__available_from__lte=now)
        .filter(Q(gift__retired_at__isnull=True) | Q(gift__retired_at__gt=now))
        .select_related("gift")
    )
    found = [Offer(price.gift, price.coins, split_at(price.coins, rates)) for price in prices]
    return sorted(found, key=lambda offer: (offer.coins, offer.gift.position, offer.gift.pk))


def split_at(coins: int, rates: Rates) -> Split:
    """Who gets what of `coins` at the rates given."""
    return split_of(
        coins=coins,
        diamond_units=coins * rates.diamond_units_per_coin,
        coin_value_micro=rates.coin_value_micro,
        diamond_value_micro=rates.diamond_value_micro,
        currency=rates.currency,
    )


def split_of_sent(sent: SentGift, rates: Rates) -> Split:
    """Who got what of a sent gift: its own coins and diamonds, at the values of the installation."""
    return split_of(
        coins=sent.coins,
        diamond_units=sent.diamond_units,
        coin_value_micro=rates.coin_value_micro,
        diamond_value_micro=rates.diamond_value_micro,
        currency=rates.currency,
    )


def receipt(*, sent_id: int, reader: User) -> SentGift:
    """One sent gift, for its sender or its creator.

    Raises:
        SentGiftNotFound: there is none, or the reader is neither.
    """
    found = (
        SentGift.objects.filter(Q(sender=reader) | Q(creator=reader), pk=sent_id)
        .select_related("gift", "sender", "creator", "room", "rate_version")
        .first()
    )
    if found is None:
        raise SentGiftNotFound
    return found


def gifts_sent_by(sender: User, *, before: int | None, limit: int) -> list[SentGift]:
    """The gifts a person sent, the newest first; `before` is the id to go on below."""
    page = SentGift.objects.filter(sender=sender).select_related("gift", "creator").order_by("-id")
    return list(page[:limit] if before is None else page.filter(id__lt=before)[:limit])


@dataclass(frozen=True)
class CreatorAllowance:
    """What a fan allows for one creator in a period, and what is left of it now."""

    creator_id: int
    period: str
    coins: int
    spent: int
    ends_at: datetime

    @property
    def left(self) -> int:
        return max(self.coins - self.spent, 0)


def creator_allowances(fan: User, *, now: datetime) -> list[CreatorAllowance]:
    """Every budget that a fan set for a creator, as it stands at `now`, whether or not its period was begun yet."""
    with connection.cursor() as cursor:
        cursor.execute(CREATOR_ALLOWANCES, {"fan": fan.pk, "now": now})
        return [CreatorAllowance(*row) for row in cursor.fetchall()]


def gift_limit(fan: User) -> int | None:
    """The most coins that the fan lets one gift cost; None is no limit."""
    return GiftLimit.objects.filter(fan=fan).values_list("coins", flat=True).first()


CREATOR_ALLOWANCES = """
    SELECT creator_id, period, coins, CASE WHEN ends_at > %(now)s THEN spent ELSE 0 END,
           CASE WHEN ends_at > %(now)s THEN ends_at
                ELSE (SELECT next.ends_at FROM ledger_period(period, %(now)s, zone) next) END
    FROM gifts_creatorbudget WHERE fan_id = %(fan)s
    ORDER BY creator_id, array_position(array['day', 'week', 'month'], period)
"""
