"""Cool-off and self-exclusion: nothing is bought or given from the moment of the wish on, and never for less long."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import OwedMail, User
from events import log
from gifts.errors import BudgetReached
from gifts.models import Gift
from gifts.services import send_gift
from ground import clock as business_clock
from ground.errors import DomainError, NotFound
from ledger import books
from ledger.models import Account, Limit
from live.models import Room
from tests.fixtures.gifts import Fund
from tests.fixtures.races import Race
from tests.fixtures.time import Clock
from tests.wallet.conftest import buy
from wallet import tasks
from wallet.errors import NoSuchPause, PauseStands, SpendingPaused
from wallet.models import Order, SpendingPause
from wallet.services.fulfil import fulfil
from wallet.services.pausing import (
    close_paused_orders,
    paused_with_orders,
    require_may_spend,
    running_pause,
    start_pause,
    wish_for_end,
)
from wallet.services.steps import Source

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy")]

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)

type Give = Callable[[datetime], int | type[DomainError]]


@pytest.fixture
def give(american: User, room: Room, rose: Gift, fund: Fund) -> Give:
    """`give(now)`: Ana, who has 100 coins, sends Bob a rose; the answer is what is left, or the refusal."""
    fund(american, 100)

    def once(now: datetime) -> int | type[DomainError]:
        try:
            return send_gift(
                sender=american,
                room_id=room.pk,
                gift=rose.slug,
                quantity=1,
                coins=10,
                key=str(uuid4()),
                now=now,
            ).balance
        except DomainError as refusal:
            return type(refusal)

    return once


def test_a_cool_off_stops_giving_at_once_and_ends_to_the_second(american: User, give: Give) -> None:
    now = business_clock.now()
    pause = start_pause(user=american, length="24_hours", now=now)
    assert pause.lifts_at == now + DAY
    assert give(now + SECOND) is SpendingPaused
    assert give(now + DAY - SECOND) is SpendingPaused
    assert give(now + DAY) == 90
    assert not Limit.objects.exists()  # the pause is gone from the books, and with it the ceiling


def test_a_pause_and_a_budget_hold_beside_each_other(american: User, give: Give) -> None:
    now = business_clock.now()
    books.limit(american.ledger_id, period="month", coins=10, zone="UTC", now=now)
    start_pause(user=american, length="24_hours", now=now)
    assert give(now) is SpendingPaused
    later = now + 40 * DAY
    assert [give(later), give(later)] == [90, BudgetReached]


def test_a_gift_is_refused_in_words_that_say_until_when(
    american: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(american, 100)
    now = business_clock.now()
    start_pause(user=american, length="24_hours", now=now)
    with pytest.raises(SpendingPaused) as refusal:
        send_gift(sender=american, room_id=room.pk, gift=rose.slug, quantity=1, coins=10, key="k", now=now)
    told = refusal.value.extra
    assert told["kind"] == "cool_off"
    assert datetime.fromisoformat(told["lifts_at"]) == (now + DAY).replace(microsecond=0)


def test_a_pause_stops_buying_and_cancels_what_could_be_paid(american: User, fakestripe: object) -> None:
    waiting = buy(american)
    start_pause(user=american, length="7_days", now=business_clock.now())
    with pytest.raises(SpendingPaused):
        buy(american)
    assert paused_with_orders(now=business_clock.now()) == [american.pk]
    tasks.close_paused_orders(american.pk)
    waiting.refresh_from_db()
    assert (waiting.state, paused_with_orders(now=business_clock.now())) == ("cancelled", [])
    assert Order.objects.count() == 1


def test_what_was_paid_before_the_pause_is_credited(
    american: User, fakestripe: object, pay: Callable[..., httpx.Response]
) -> None:
    bought = buy(american)
    pay(bought)
    start_pause(user=american, length="7_days", now=business_clock.now())
    close_paused_orders(user_id=american.pk, now=business_clock.now())
    assert bought.session_id is not None
    landed = fulfil(session_id=bought.session_id, source=Source.LANDING, now=business_clock.now())
    assert landed is not None
    assert (landed.state, books.balance(american.ledger_id, "coins", "COIN")) == ("credited", 700)


def test_a_pause_is_never_made_shorter(american: User) -> None:
    now = business_clock.now()
    start_pause(user=american, length="7_days", now=now)
    again = start_pause(user=american, length="7_days", now=now + DAY)
    assert (again.started_at, SpendingPause.objects.count()) == (now, 1)
    with pytest.raises(PauseStands):
        start_pause(user=american, length="24_hours", now=now + DAY)
    longer = start_pause(user=american, length="30_days", now=now + DAY)
    assert running_pause(american, now + DAY) == longer
    exclusion = start_pause(user=american, length="6_months", now=now + DAY)
    assert running_pause(american, now + 40 * DAY) == exclusion
    with pytest.raises(PauseStands):
        start_pause(user=american, length="30_days", now=now + 2 * DAY)
    with pytest.raises(NoSuchPause):
        start_pause(user=american, length="an_hour", now=now)


def test_a_self_exclusion_goes_on_until_it_is_asked_to_end(american: User, give: Give) -> None:
    now = business_clock.now()
    with pytest.raises(NotFound):
        wish_for_end(user=american, now=now)
    start_pause(user=american, length="6_months", now=now)
    start_pause(user=american, length="1_year", now=now)
    over = now + 366 * DAY
    with pytest.raises(PauseStands):
        wish_for_end(user=american, now=over - SECOND)
    assert give(over + DAY) is SpendingPaused
    ending = wish_for_end(user=american, now=over)
    assert wish_for_end(user=american, now=over + SECOND) == ending
    assert ending.lifts_at == over + DAY
    assert give(over + DAY - SECOND) is SpendingPaused
    assert give(over + DAY) == 90
    require_may_spend(american, over + DAY)


def test_every_step_is_mailed_and_told(american: User) -> None:
    now = business_clock.now()
    start_pause(user=american, length="24_hours", now=now)
    start_pause(user=american, length="6_months", now=now)
    wish_for_end(user=american, now=now + 183 * DAY)
    kinds = OwedMail.objects.filter(kind__startswith="wallet/").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["wallet/cool_off", "wallet/self_exclusion", "wallet/exclusion_ending"]
    told = [event.type for event in log.since(f"user:{american.pk}", 0, 9)]
    assert told[-3:] == ["wallet.pause_started", "wallet.pause_started", "wallet.pause_ending"]


def test_diamonds_are_not_touched_by_a_pause(creator: User) -> None:
    books.open_accounts(creator.ledger_id, [("diamonds.available", "DIAMOND")])
    start_pause(user=creator, length="6_months", now=business_clock.now())
    assert not Account.objects.filter(holder=creator.ledger_id, frozen=True).exists()
    assert set(Limit.objects.values_list("account__code", "period")) == {("coins", "pause")}


def test_recharges_and_a_pause_at_once_leave_no_recharge_behind(
    american: User, fakestripe: object, race: Race
) -> None:
    turns = iter(range(8))

    def one() -> Any:
        if next(turns) % 2:
            return buy(american).state
        return start_pause(user=american, length="24_hours", now=business_clock.now()).kind

    outcomes = race(8, one)
    assert all(outcome in ("cool_off", "awaiting_payment", SpendingPaused) for outcome in outcomes)
    assert SpendingPause.objects.count() == 1
    close_paused_orders(user_id=american.pk, now=business_clock.now())
    assert not Order.objects.exclude(state="cancelled").exists()


def test_the_api_starts_shows_and_refuses(
    as_user: Callable[[User], APIClient], american: User, clock: Clock
) -> None:
    client = as_user(american)
    before = client.get("/api/v1/wallet/pauses/").json()
    assert (before["pause"], len(before["lengths"])) == (None, 6)
    assert "counsellor" in before["help_words"]
    made = client.post("/api/v1/wallet/pauses/", {"length": "6_months"}, format="json")
    assert (made.status_code, made.json()["kind"], made.json()["lifts_at"]) == (201, "self_exclusion", None)
    assert (
        client.post("/api/v1/wallet/pauses/", {"length": "7_days"}, format="json").json()["code"]
        == "pause_stands"
    )
    assert client.post("/api/v1/wallet/pauses/ending/").json()["code"] == "pause_stands"
    refused = client.post("/api/v1/orders/", {"package": "coins-700"}, format="json").json()
    assert (refused["code"], refused["kind"]) == ("spending_paused", "self_exclusion")
    clock.advance(days=183)
    assert client.post("/api/v1/wallet/pauses/ending/").json()["lifts_at"] is not None


def test_the_page_asks_twice(page_as: Callable[[User], Client], american: User) -> None:
    client = page_as(american)
    asked = client.post("/settings/budgets/pause/", {"length": "6_months"}).content.decode()
    assert "nobody can end it, we neither" in asked
    assert not SpendingPause.objects.exists()
    done = client.post("/settings/budgets/pause/", {"length": "6_months", "is_meant": "yes"}, follow=True)
    assert "You excluded yourself from spending" in done.content.decode()
    assert "You excluded yourself" in client.get("/balance/").content.decode()
