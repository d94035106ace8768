"""A fan sets budgets: lower at once, higher a day later, never over a guardian's, and told when they are used up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.guardian_budget import Budget
from accounts.guardian_errors import GuardiansLimit
from accounts.models import OwedMail, User
from accounts.services import change_budget
from events import log
from gifts import budgets, errors, selectors
from gifts.budget_models import BudgetChange, BudgetTold
from gifts.budget_rows import budgets_of
from gifts.budgets import Which, apply_due_changes, set_budget, take_back, tell_used_up
from gifts.models import CreatorBudget, Gift
from gifts.services import send_gift
from ground import clock as business_clock
from ground.errors import NotFound
from ledger import books
from ledger.selectors import allowances
from live.models import Room
from tests.fixtures.gifts import Fund
from tests.fixtures.guardians import FROM, ask, consent
from tests.fixtures.races import Race
from tests.fixtures.time import Clock

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime.fromisoformat("2031-11-25T12:00:00Z")  # a Tuesday, after the prices of every fixture began
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MONTH = Which("month")


def wish(fan: User, coins: int | None, which: Which = MONTH, now: datetime = NOW) -> BudgetChange | None:
    return set_budget(fan=fan, which=which, coins=coins, now=now)


def month_of(fan: User, now: datetime = NOW) -> int | None:
    rows = allowances(holder=fan.ledger_id, code="coins", unit=books.COIN, now=now)
    return next((row.amount for row in rows if row.period == "month"), None)


def mails(fan: User) -> list[str]:
    kinds = OwedMail.objects.filter(user=fan, kind__startswith="gifts/").order_by("pk")
    return list(kinds.values_list("kind", flat=True))


def give(fan: User, room: Room, roses: int, now: datetime = NOW) -> None:
    send_gift(
        sender=fan, room_id=room.pk, gift="test-rose", quantity=roses, coins=10 * roses,
        key=f"k{roses}-{now:%d%H%M%S}", now=now,
    )  # fmt: skip


def test_the_first_budget_and_a_lower_one_count_at_once(fan: User) -> None:
    first, lower = wish(fan, 500), wish(fan, 100)
    assert first is not None
    assert lower is not None
    assert (first.state, first.coins_before, lower.state, lower.coins_before) == (
        "in_force",
        None,
        "in_force",
        500,
    )
    assert month_of(fan) == 100


@pytest.mark.parametrize("coins", [200, None])
def test_a_higher_one_and_none_take_force_after_a_day_to_the_second(fan: User, coins: int | None) -> None:
    wish(fan, 100)
    change = wish(fan, coins)
    assert change is not None
    assert (change.state, change.takes_force_at) == ("pending", NOW + DAY)
    assert apply_due_changes(now=NOW + DAY - SECOND) == 0
    assert month_of(fan) == 100
    assert apply_due_changes(now=NOW + DAY) == 1
    assert apply_due_changes(now=NOW + DAY) == 0
    assert month_of(fan, NOW + DAY) == coins
    assert mails(fan) == ["gifts/budget_raised"]


def test_the_business_clock_brings_the_day(fan: User, clock: Clock) -> None:
    wish(fan, 100, now=business_clock.now())
    wish(fan, 300, now=business_clock.now())
    clock.advance(hours=23, minutes=59)
    assert apply_due_changes(now=business_clock.now()) == 0
    clock.advance(minutes=1)
    assert apply_due_changes(now=business_clock.now()) == 1
    assert month_of(fan, business_clock.now()) == 300


def test_the_same_wish_again_keeps_its_time_and_another_replaces_it(fan: User) -> None:
    wish(fan, 100)
    first = wish(fan, 200)
    assert wish(fan, 200, now=NOW + SECOND) == first
    second = wish(fan, 300, now=NOW + 2 * SECOND)
    assert second is not None
    assert [change.state for change in BudgetChange.objects.order_by("pk")] == [
        "in_force",
        "replaced",
        "pending",
    ]
    assert second.takes_force_at == NOW + DAY + 2 * SECOND
    assert wish(fan, 100) is None  # as it stands: what waited is given up
    assert not BudgetChange.objects.pending().exists()


def test_a_change_that_waits_can_be_taken_back_and_one_in_force_cannot(fan: User, stranger: User) -> None:
    wish(fan, 100)
    change = wish(fan, 200)
    assert change is not None
    with pytest.raises(NotFound):
        take_back(fan=stranger, change_id=change.pk, now=NOW)
    for _ in range(2):
        assert take_back(fan=fan, change_id=change.pk, now=NOW).state == "taken_back"
    assert apply_due_changes(now=NOW + DAY) == 0
    in_force = BudgetChange.objects.get(state="in_force")
    with pytest.raises(errors.BudgetChangeOver):
        take_back(fan=fan, change_id=in_force.pk, now=NOW)
    assert month_of(fan) == 100


def test_one_gift_and_one_creator_have_budgets_too(
    fan: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 1_000)
    wish(fan, 50, Which("gift"))
    wish(fan, 60, Which("creator", creator, "week"))
    assert selectors.gift_limit(fan) == 50
    give(fan, room, 5)
    with pytest.raises(errors.CreatorBudgetReached):
        give(fan, room, 2)
    with pytest.raises(errors.GiftLimitReached):
        give(fan, room, 6)
    wish(fan, 80, Which("creator", creator, "week"))
    assert apply_due_changes(now=NOW + DAY) == 1
    give(fan, room, 3, NOW + DAY)
    assert CreatorBudget.objects.get().spent == 80


@pytest.mark.parametrize(
    ("scope", "period", "coins"), [("year", "", 5), ("day", "week", 5), ("creator", "", 5), ("day", "", -1)]
)
def test_what_is_no_budget_is_refused(fan: User, scope: str, period: str, coins: int) -> None:
    with pytest.raises(errors.InvalidBudget):
        wish(fan, coins, Which(scope, None, period))
    assert not BudgetChange.objects.exists()


def test_a_budget_for_oneself_is_none(fan: User) -> None:
    with pytest.raises(errors.InvalidBudget):
        wish(fan, 5, Which("creator", fan, "day"))


def test_a_guardians_limit_is_shown_and_cannot_be_passed(minor: User, economy: object) -> None:
    guardianship = consent(ask(minor), Budget(month=300, gift=20))
    now = business_clock.now()
    for coins in (301, None):
        with pytest.raises(GuardiansLimit):
            wish(minor, coins, now=now)
    wish(minor, 100, now=now)
    wish(minor, 250, now=now)
    change_budget(guardianship=guardianship, budget=Budget(month=200), now=now, origin=FROM)
    assert [row.guardian_coins for row in budgets_of(minor, now)] == [None, None, 200, None]
    assert apply_due_changes(now=now + DAY) == 1
    assert month_of(minor, now + DAY) == 200


def test_many_wishes_at_once_leave_one_change_that_waits(fan: User, race: Race) -> None:
    wish(fan, 100)
    race(8, lambda: wish(fan, 200))
    assert BudgetChange.objects.pending().count() == 1
    applied = race(4, lambda: apply_due_changes(now=NOW + DAY))
    assert sum(applied) == 1
    assert month_of(fan, NOW + DAY) == 200
    assert mails(fan) == ["gifts/budget_raised"]


def test_a_used_up_budget_is_told_once_a_period(
    fan: User, creator: User, room: Room, rose: Gift, fund: Fund, race: Race
) -> None:
    fund(fan, 1_000)
    wish(fan, 30, Which("day"))
    wish(fan, 30, Which("creator", creator, "month"))
    give(fan, room, 2)
    assert tell_used_up(now=NOW) == 0
    give(fan, room, 1)
    assert sum(race(4, lambda: tell_used_up(now=NOW))) == 2
    assert tell_used_up(now=NOW) == 0
    assert mails(fan) == ["gifts/budget_reached"] * 2
    assert BudgetTold.objects.count() == 2
    assert tell_used_up(now=NOW + DAY) == 0  # a new day, and nothing is spent in it
    told = [event.type for event in log.since(f"user:{fan.pk}", 0, 50)]
    assert told.count("wallet.budget_reached") == 2
    assert told.count("wallet.budget_changed") == 2


def test_the_list_asks_as_often_for_many_creators_as_for_one(
    fan: User, person: Callable[..., User], django_assert_num_queries: DjangoAssertNumQueries, economy: object
) -> None:
    for number in range(2):
        wish(fan, 50, Which("creator", person(f"c{number}", creator=True), "day"))
        with django_assert_num_queries(6):
            rows = budgets_of(fan, NOW)
        assert len(rows) == 5 + number


def test_the_api_sets_shows_and_takes_back(
    as_user: Callable[[User], APIClient], fan: User, creator: User, economy: object
) -> None:
    client = as_user(fan)

    def put(path: str, coins: int | None) -> Any:
        return client.put(f"/api/v1/wallet/budgets/{path}/", {"coins": coins}, format="json").json()

    assert put("week", 100)["change"]["state"] == "in_force"
    waiting = put("week", 200)["change"]
    assert waiting["state"] == "pending"
    assert put("week", 200)["change"] == waiting
    assert put(f"creators/{creator.handle}/day", 40)["change"]["creator"]["handle"] == creator.handle
    assert put("century", 1)["code"] == "invalid_budget"
    assert put("creators/nobody/day", 1)["code"] == "not_found"
    listed = client.get("/api/v1/wallet/budgets/").json()
    assert listed["time_zone"] == fan.time_zone
    week = next(row for row in listed["budgets"] if row["scope"] == "week")
    assert (week["coins"], week["spent"], week["left"], week["pending"]["coins"]) == (100, 0, 100, 200)
    assert client.delete(f"/api/v1/wallet/budget-changes/{waiting['id']}/").status_code == 204
    assert not BudgetChange.objects.pending().exists()


def test_the_page_says_when_and_shows_the_bar(
    page_as: Callable[[User], Client], fan: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    client = page_as(fan)
    client.post("/settings/budgets/set/", {"scope": "month", "coins": "40"})
    send_gift(
        sender=fan, room_id=room.pk, gift="test-rose", quantity=2, coins=20, key="a", now=business_clock.now()
    )
    answer = client.post(
        "/settings/budgets/set/", {"scope": "month", "coins": ""}, follow=True
    ).content.decode()
    assert "It counts from" in answer
    assert "It goes away from" in answer
    assert "<b>20</b> of 40 coins" in answer
    assert client.post("/settings/budgets/set/", {"scope": "month", "coins": "many"}).status_code == 302
    wrong = client.post("/settings/budgets/creators/", {"handle": "@nobody", "period": "day", "coins": "4"})
    assert (wrong.status_code, "Nobody has this handle." in wrong.content.decode()) == (400, True)
    assert budgets.coins_now(fan, MONTH, business_clock.now()) == 40
