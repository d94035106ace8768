"""What the demo shows of offers: one that runs, the first recharge, a code, a challenge won and one half done."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from accounts.services import set_topics
from demo.seed.cast import Cast
from demo.seed.provider import Provider
from gifts.selectors import offers as gifts_on_sale
from gifts.services import send_gift
from live.models import Room
from wallet import rates
from wallet.models import Challenge, Offer
from wallet.services.challenges import publish_challenge, sweep_challenges
from wallet.services.coupons import make_code
from wallet.services.create import create_order
from wallet.services.fulfil import fulfil
from wallet.services.offer_catalogue import keep_draft, publish_offer
from wallet.services.steps import Source

DAY = timedelta(days=1)
CODE = "ENCORE"
BUYER = 2  # by place; not the demo fan, who finds everything still to be had
OFFERS: tuple[dict[str, Any], ...] = (
    {
        "slug": "lantern-weeks", "name": "Lantern weeks", "artwork": "lanterns", "kind": "bonus_percent",
        "basis_points": 1000, "min_coins": 700, "budget_coins": 500_000, "is_mailed": True,
        "summary": "A tenth more coins with every recharge of 700 or more.",
    },
    {
        "slug": "first-recharge", "name": "Welcome bonus", "artwork": "first-step", "kind": "bonus_coins",
        "bonus_coins": 150, "way": "first_recharge", "min_coins": 350,
        "summary": "150 coins on top of your first recharge.",
    },
    {
        "slug": "encore", "name": "Encore", "artwork": "ticket", "kind": "discount", "basis_points": 2000,
        "way": "coupon", "per_user_limit": 1, "summary": "A fifth off one recharge, with the code from our letter.",
    },
    {
        "slug": "five-more", "name": "Five more", "artwork": "laurels", "kind": "bonus_percent", "basis_points": 500,
        "way": "coupon", "summary": "5% more coins.",
    },
)  # fmt: skip


def open_offers(cast: Cast, provider: Provider, now: datetime) -> None:
    """This will publish the offers, let somebody buy with the code, and the demo fan win one challenge."""
    made = {facts["slug"]: _offer(facts, cast.operators[0], now) for facts in OFFERS}
    make_code(offer=made["encore"], code=CODE, now=now)
    set_topics(user=cast.fans[0], topics={"offers"})
    _buy_with_code(cast.fans[BUYER], provider, now)
    _challenge(
        "first-applause",
        "First applause",
        5,
        "laurel",
        "First applause",
        now - 30 * DAY,
        now + DAY,
        made,
        now,
    )
    _challenge("gift-week", "Gift week", 5, "bouquet", "Bouquet", now, now + 7 * DAY, made, now)
    _give_three(cast.fans[0], now)
    sweep_challenges(now=now)


def _offer(facts: dict[str, Any], operator: User, now: datetime) -> Offer:
    ends_at = now + 14 * DAY if facts["slug"] in ("lantern-weeks", "encore") else None
    draft = Offer(**facts, starts_at=now, ends_at=ends_at)
    keep_draft(offer=draft, operator=operator)
    return publish_offer(offer=draft, now=now)


def _challenge(
    slug: str, name: str, goal: int, badge: str, badge_name: str, starts_at: datetime, ends_at: datetime,
    offers: dict[str, Offer], now: datetime,
) -> None:  # fmt: skip
    draft = Challenge.objects.create(
        slug=slug, name=name, goal=goal, badge=badge, badge_name=badge_name, starts_at=starts_at, ends_at=ends_at,
        summary=f"Send {goal} gifts: the badge “{badge_name}”, and 5% more coins with your next recharge.",
        reward=offers["five-more"],
    )  # fmt: skip
    publish_challenge(challenge=draft, now=now)


def _buy_with_code(fan: User, provider: Provider, now: datetime) -> None:
    order = create_order(user=fan, package="coins-700", code=CODE, key="demo-encore", now=now)
    provider.pay(order.checkout_url, name=fan.display_name, email=fan.email or "")
    assert order.session_id is not None
    fulfil(session_id=order.session_id, source=Source.SWEEP, now=now)


def _give_three(fan: User, now: datetime) -> None:
    """Three small gifts to whoever is on stage tonight."""
    cheapest = min(gifts_on_sale(rates=rates.in_force(now), now=now), key=lambda offer: offer.coins)
    rooms = Room.objects.filter(status=Room.Status.LIVE).order_by("started_at")[:3]
    for place, room in enumerate(rooms):
        send_gift(
            sender=fan, room_id=room.pk, gift=cheapest.gift.slug, quantity=1, coins=cheapest.coins,
            key=f"demo-week-{place}", now=now,
        )  # fmt: skip
