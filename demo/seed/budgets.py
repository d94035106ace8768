"""What the demo fan allows themselves: a month's budget of which half is spent, and less for one creator."""

from datetime import datetime

from accounts.models import User
from demo.seed.cast import Cast
from gifts.budgets import Which, set_budget
from gifts.selectors import offers
from gifts.services import send_gift
from ledger import books
from ledger.selectors import spent_by_month
from live.models import Room
from wallet import rates

GIFT, QUANTITY = "note", 10


def allow_a_month(cast: Cast, now: datetime) -> None:
    """A gift of tonight, and budgets around it. In tonight's room of the demo creator."""
    fan, creator = cast.fans[0], cast.creators[0]
    room = Room.objects.filter(creator=creator, status=Room.Status.LIVE).get()
    price = next(
        offer.coins for offer in offers(rates=rates.in_force(now), now=now) if offer.gift.slug == GIFT
    )
    send_gift(
        sender=fan,
        room_id=room.pk,
        gift=GIFT,
        quantity=QUANTITY,
        coins=price * QUANTITY,
        key="demo-budget",
        now=now,
    )
    spent = _spent_this_month(fan, now)
    set_budget(fan=fan, which=Which("month"), coins=2 * spent, now=now)
    set_budget(fan=fan, which=Which("creator", creator, "week"), coins=2 * spent, now=now)


def _spent_this_month(fan: User, now: datetime) -> int:
    begins = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = spent_by_month(
        holder=fan.ledger_id, code="coins", unit=books.COIN, since=begins, zone=fan.time_zone
    )
    return sum(found.values())
