"""Offers and challenges in words: what they give, when, and under which conditions."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.models import User
from look.money import whole
from wallet.models import Challenge, Offer, Order

NOT_REFUNDABLE = "Bonus coins are a present: they buy gifts like any other coins, and cannot be refunded."
ONE_OFFER = "One offer counts for one recharge: you always get the one that is worth most to you."
FIRST = (
    "For a person's first recharge, once: with a confirmed address or phone number. Another account or the same card "
    "does not bring it again. Of several recharges at once it is in the one that is paid first."
)
BY_CODE = "With a code, or as a reward that is used by itself."


def percent(basis_points: int) -> str:
    """Basis points as people write percent: "12.5%"."""
    return f"{basis_points / 100:g}%"


def gives(offer: Offer) -> str:
    """What an offer gives, in a few words."""
    match offer.kind:
        case Offer.Kind.DISCOUNT:
            return f"{percent(offer.basis_points)} off"
        case Offer.Kind.BONUS_PERCENT:
            return f"{percent(offer.basis_points)} more coins"
        case _:
            return f"{whole(offer.bonus_coins)} bonus coins"


def conditions(offer: Offer) -> list[str]:
    """What one must know before using an offer, by its own terms."""
    lines = []
    if offer.way == Offer.Way.FIRST_RECHARGE:
        lines.append(FIRST)
    if offer.way == Offer.Way.COUPON:
        lines.append(BY_CODE)
    if offer.min_coins:
        lines.append(f"For recharges of {whole(offer.min_coins)} coins or more.")
    if offer.packages:
        lines.append("For the packages shown here.")
    if offer.per_user_limit is not None:
        times = "Once" if offer.per_user_limit == 1 else f"{whole(offer.per_user_limit)} times"
        lines.append(f"{times} for each person.")
    if offer.total_limit is not None or offer.budget_coins is not None:
        lines.append("As long as it lasts: it can be used up before it ends.")
    lines.append(ONE_OFFER)
    if offer.kind != Offer.Kind.DISCOUNT:
        lines.append(NOT_REFUNDABLE)
    return lines


def running_time(starts_at: datetime, ends_at: datetime | None, reader: User | None) -> str:
    """From when until when, by the reader's clock."""
    begin = _moment(starts_at, reader)
    return f"From {begin}, with no end set" if ends_at is None else f"{begin} to {_moment(ends_at, reader)}"


def goal_words(challenge: Challenge) -> str:
    """What there is to do."""
    match challenge.counts:
        case Challenge.Counts.GIFTS:
            return f"Send {whole(challenge.goal)} gifts"
        case Challenge.Counts.COINS:
            return f"Give {whole(challenge.goal)} coins in gifts"
        case _:
            return f"Give to {whole(challenge.goal)} different creators"


def receipt_rows(order: Order) -> list[tuple[str, str]]:
    """An order's offer as lines of its receipt: name and value. Nothing without one."""
    use = getattr(order, "offer_use", None)
    if use is None or use.state not in ("granted", "reserved"):
        return []
    given = f"{whole(use.bonus_coins)} bonus coins" if use.bonus_coins else gives(use.offer)
    return [(use.offer.name, given)]


def _moment(moment: datetime, reader: User | None) -> str:
    local = localtime(moment, ZoneInfo(reader.time_zone) if reader else ZoneInfo("UTC"))
    return date_format(local, "j F Y, H:i T")
