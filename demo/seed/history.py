"""Three weeks of evenings: recharges, rooms, chat, gifts, a cash-out, each through the service a person would use."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from accounts.models import User
from demo.seed.cast import Cast
from demo.seed.disputes import dispute_two
from demo.seed.help import ask_for_help
from demo.seed.people import CHAT_LINES, CREATORS, LIVE_NOW, DemoCreator
from demo.seed.provider import DAY_S, Provider
from demo.seed.refunds import give_some_back
from gifts.errors import InsufficientCoins
from gifts.selectors import offers
from gifts.services import send_gift
from ground import clock
from ground.batches import settle
from live.batch import LIKE, Like
from live.errors import TooManyMessages
from live.services import end_room, post_message, start_room
from payouts.models import ConnectedAccount, Payout
from payouts.services.account import refresh_account, start_onboarding
from payouts.services.maturity import mature_diamonds
from payouts.services.quote import quote_cash_out
from payouts.services.request import request_payout
from payouts.services.review import approve_payout
from payouts.services.work import work_on_payout
from provider.models import EventListing
from wallet import rates
from wallet.services.create import create_order
from wallet.services.fulfil import fulfil
from wallet.services.steps import Source

DAYS = 28
EVENINGS_ARE_BUSY = (0.7, 0.6, 0.7, 0.9, 1.3, 1.6, 1.2)  # Monday to Sunday
PACKAGES = ("coins-700", "coins-1400", "coins-3500", "coins-3500", "coins-7000")
CASH_OUT_UNITS = 400_000  # $25.80
DISPUTED_ON_DAY = 20
CASHED_OUT_ON_DAY = 22  # the first evening's diamonds mature after 21
FIRST_GIFT = ("crown", 5)  # what the demo fan gives the demo creator on the first evening


class History:
    """The days in order. The provider's clock goes with them, so its books tell the same story."""

    def __init__(self, cast: Cast, provider: Provider, random: Random) -> None:
        self.cast, self.provider, self.random = cast, provider, random
        self.prices = _prices(clock.now())
        self.coins = {fan.pk: 0 for fan in cast.fans}
        self.keys = 0

    def live_through(self) -> None:
        """This will live every day up to today, and leave tonight's rooms open."""
        self._onboard(self.cast.creators[:3])
        for day in range(DAYS, 0, -1):
            self.provider.set_clock(-day * DAY_S)
            mature_diamonds(now=clock.now())
            self._evening(DAYS - day)
            if DAYS - day == DISPUTED_ON_DAY:
                dispute_two(self.cast, self.provider)
            if DAYS - day == CASHED_OUT_ON_DAY:
                self._cash_out(self.cast.creators[0])
        self.provider.set_clock(0)
        mature_diamonds(now=clock.now())
        self._finish_payouts()
        self._tonight()
        give_some_back(self.cast)
        ask_for_help(self.cast)
        self._everything_is_known()

    def _everything_is_known(self) -> None:
        """What the provider has to tell of these weeks was asked as it happened: its list is read from here on."""
        accounts = ["", *ConnectedAccount.objects.values_list("provider_account_id", flat=True)]
        rows = [
            EventListing(account=a, seen_until=clock.now(), listed_at=clock.wall())
            for a in accounts
            if a is not None
        ]
        EventListing.objects.bulk_create(rows)

    def _onboard(self, creators: tuple[User, ...]) -> None:
        for creator in creators:
            address = "http://127.0.0.1/studio/"
            url = start_onboarding(
                user=creator, accept_terms=True, return_url=address, refresh_url=address, now=clock.now()
            )
            self.provider.onboard(url, name=creator.display_name)
            for account in creator.payout_accounts.all():
                refresh_account(account_id=account.pk, now=clock.now())

    def _evening(self, day: int) -> None:
        now = clock.now()
        busy = EVENINGS_ARE_BUSY[now.weekday()] * (0.75 + 0.5 * day / DAYS)  # it grows a little
        fans = self.random.sample(self.cast.fans[1:], k=round(2 * busy) + 2)
        for fan in fans:
            if self.coins[fan.pk] < 150:
                self._recharge(fan, now)
        if day == 0:
            self._first_gift(now)
        for creator, user in self._on_stage(2):
            self._show(creator, user, fans, now, gifts=round(6 * busy) + 1)

    def _first_gift(self, now: datetime) -> None:
        fan, (creator, user), (slug, quantity) = (
            self.cast.fans[0],
            (CREATORS[0], self.cast.creators[0]),
            FIRST_GIFT,
        )
        self._recharge(fan, now, package="coins-17500")
        room = self._open_room(creator, user, now)
        self._send(room, fan, slug, dict(self.prices)[slug], quantity, now)
        end_room(room_id=room, creator=user, now=now + timedelta(minutes=40))

    def _on_stage(self, count: int) -> Iterator[tuple[DemoCreator, User]]:
        pairs = list(zip(CREATORS, self.cast.creators, strict=True))
        chosen = [pairs[0]] if self.random.random() < 0.8 else []
        while len(chosen) < count:
            pair = self.random.choices(pairs, weights=[creator.weight for creator in CREATORS])[0]
            if pair not in chosen:
                chosen.append(pair)
        yield from chosen

    def _show(self, creator: DemoCreator, user: User, fans: list[User], now: datetime, *, gifts: int) -> None:
        room = self._open_room(creator, user, now)
        self._audience(room, fans, now, gifts=gifts, lines=2)
        end_room(room_id=room, creator=user, now=now + timedelta(hours=2))

    def _tonight(self) -> None:
        """The rooms that a visitor finds open."""
        now = clock.now()
        fans = list(self.cast.fans)
        for fan in fans[:1]:
            if self.coins[fan.pk] < 2_000:
                self._recharge(fan, now, package="coins-3500")
        by_handle = {c.handle: (c, user) for c, user in zip(CREATORS, self.cast.creators, strict=True)}
        for place, handle in enumerate(LIVE_NOW):
            creator, user = by_handle[handle]
            begun = now - timedelta(minutes=12 + 17 * place)
            room = self._open_room(creator, user, begun)
            audience = self.random.sample(fans[1:], k=14)
            self._audience(room, audience, begun, gifts=12 - place, lines=8 - place)

    def _open_room(self, creator: DemoCreator, user: User, now: datetime) -> UUID:
        room = start_room(
            creator=user, title=creator.title, category=creator.category, playback="placeholder", now=now
        )
        return UUID(str(room.pk))

    def _audience(self, room: UUID, fans: list[User], now: datetime, *, gifts: int, lines: int) -> None:
        """Likes first, then chat and gifts, mixed as an audience mixes them."""
        self._like(room, fans, now)
        acts = [self._say] * lines + [self._give] * gifts
        self.random.shuffle(acts)
        for minute, act in enumerate(acts, start=1):
            act(room, self.random.choice(fans), now + timedelta(seconds=20 * minute))

    def _like(self, room: UUID, fans: list[User], now: datetime) -> None:
        """Everybody's hearts of the evening, in one batch as the gateway would settle them."""
        with transaction.atomic():
            settle(LIKE, [Like(fan.pk, room, 11 + fan.pk * 7 % 40) for fan in fans], now=now)

    def _say(self, room: UUID, fan: User, now: datetime) -> None:
        self.keys += 1
        text, key = self.random.choice(CHAT_LINES), f"demo-{self.keys}"
        with suppress(TooManyMessages):  # the seed is faster than any talker; the line stays unsaid
            post_message(room_id=room, author=fan, text=text, key=key, now=now)

    def _give(self, room: UUID, fan: User, now: datetime) -> None:
        """One gift that the fan can pay: mostly small ones, now and then a big one."""
        affordable = [(slug, price) for slug, price in self.prices if price <= self.coins[fan.pk]]
        if not affordable:
            return
        slug, price = self.random.choices(affordable, weights=[1 / (1 + n) for n in range(len(affordable))])[
            0
        ]
        if self.random.random() < 0.25:
            slug, price = affordable[-1]
        quantity = 10 if price * 10 <= self.coins[fan.pk] and price < 30 and self.random.random() < 0.4 else 1
        self._send(room, fan, slug, price, quantity, now)

    def _send(self, room: UUID, fan: User, slug: str, price: int, quantity: int, now: datetime) -> None:
        self.keys += 1
        try:
            sent = send_gift(
                sender=fan, room_id=room, gift=slug, quantity=quantity, coins=price * quantity,
                key=f"demo-{self.keys}", now=now,
            )  # fmt: skip
        except InsufficientCoins as refusal:
            self.coins[fan.pk] = int(refusal.extra["balance"])
            return
        self.coins[fan.pk] = sent.balance

    def _recharge(self, fan: User, now: datetime, package: str = "") -> None:
        self.keys += 1
        chosen = package or self.random.choice(PACKAGES)
        order = create_order(user=fan, package=chosen, key=f"demo-{self.keys}", now=now)
        self.provider.pay(order.checkout_url, name=fan.display_name, email=fan.email or "")
        assert order.session_id is not None
        fulfil(session_id=order.session_id, source=Source.SWEEP, now=now)
        self.coins[fan.pk] += order.coins

    def _cash_out(self, creator: User) -> None:
        now = clock.now()
        quote = quote_cash_out(creator=creator, diamond_units=CASH_OUT_UNITS, now=now)
        payout = request_payout(creator=creator, quote_id=quote.pk, key="demo-first", now=now)
        work_on_payout(payout_id=payout.pk)
        approve_payout(
            payout_id=payout.pk,
            operator=self.cast.operators[0],
            verified=True,
            reason="First cash-out, checked",
            now=now,
        )
        work_on_payout(payout_id=payout.pk)

    def _finish_payouts(self) -> None:
        for payout_id in Payout.objects.values_list("pk", flat=True):
            work_on_payout(payout_id=payout_id)


def _prices(now: datetime) -> list[tuple[str, int]]:
    """Slug and price in coins of every gift on sale, cheapest first."""
    on_offer = offers(rates=rates.in_force(now), now=now)
    return sorted(((offer.gift.slug, offer.coins) for offer in on_offer), key=lambda pair: pair[1])
