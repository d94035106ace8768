"""Caps on money recharged: reserved with the order, free again when it ends, exact however many come at once."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db.utils import IntegrityError
from django.test import Client
from rest_framework.test import APIClient

from accounts.guardian_budget import Budget
from accounts.models import User
from ground import clock as business_clock
from tests.fixtures.guardians import ask, consent
from tests.fixtures.races import Race
from tests.fixtures.time import Clock
from tests.fixtures.wallet import CARD_DECLINED
from tests.wallet.conftest import buy
from wallet import caps
from wallet.errors import RechargeCapReached
from wallet.models import Order, RechargeCap
from wallet.services import cancel_order
from wallet.services.fulfil import fulfil
from wallet.services.steps import Source

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

DAY_MINOR, WEEK_MINOR = 2_000, 5_000  # coins-700 cost 895


@pytest.fixture
def capped(american: User) -> User:
    """Ana, under caps of two packages a day and five a week."""
    cap(DAY_MINOR, WEEK_MINOR)
    return american


def cap(day: int, week: int, young_day: int = 0, young_week: int = 0) -> RechargeCap:
    return RechargeCap.objects.create(
        starts_at=business_clock.now(),
        day_minor=day,
        week_minor=week,
        young_day_minor=young_day or day,
        young_week_minor=young_week or week,
        reason="test",
    )


def land(order: Order) -> Order:
    assert order.session_id is not None
    landed = fulfil(session_id=order.session_id, source=Source.LANDING, now=business_clock.now())
    assert landed is not None
    return landed


def left(user: User) -> dict[str, int]:
    return {one.period: one.left for one in caps.caps_of(user, business_clock.now())}


def test_an_order_reserves_and_its_end_frees(capped: User) -> None:
    first = buy(capped)
    buy(capped)
    assert left(capped) == {"day": 210, "week": 3_210}
    with pytest.raises(RechargeCapReached) as refusal:
        buy(capped)
    assert refusal.value.extra["left"] == 210
    assert refusal.value.extra["frees_at"] == first.expires_at.isoformat()
    cancel_order(order=first, now=business_clock.now())
    assert left(capped)["day"] == 1_105
    assert buy(capped).state == "awaiting_payment"


def test_fifty_at_once_never_go_over_the_cap(person: Callable[..., User], race: Race) -> None:
    ana = person("ana", country="US", totp_secret=None)
    cap(4_000, 10_000)
    outcomes = race(50, lambda: buy(ana).settlement_gross_minor)
    assert Counter(outcomes) == {895: 4, RechargeCapReached: 46}
    assert left(ana)["day"] == 4_000 - 4 * 895


def test_a_paid_order_counts_for_its_day_and_its_week(
    capped: User, pay: Callable[..., httpx.Response], clock: Clock
) -> None:
    for _ in range(2):
        pay(order := buy(capped))
        land(order)
    clock.advance(hours=23, minutes=59)
    with pytest.raises(RechargeCapReached):
        buy(capped)
    clock.advance(minutes=2)
    assert left(capped) == {"day": 2_000, "week": 3_210}
    clock.advance(days=6)
    assert left(capped) == {"day": 2_000, "week": 5_000}


def test_a_declined_order_frees_what_it_reserved(capped: User, pay: Callable[..., httpx.Response]) -> None:
    order = buy(capped)
    pay(order, CARD_DECLINED)
    assert (land(order).state, left(capped)["day"]) == ("declined", 2_000)


def test_an_expired_order_frees_what_it_reserved(capped: User, clock: Clock) -> None:
    order = buy(capped)
    clock.advance(days=1, minutes=5)
    assert (land(order).state, left(capped)["day"]) == ("expired", 2_000)


def test_the_same_key_is_the_same_order_at_the_cap(capped: User) -> None:
    first = buy(capped, key="test:a")
    buy(capped)
    assert buy(capped, key="test:a") == first


def test_more_than_the_cap_itself_never_fits(capped: User) -> None:
    with pytest.raises(RechargeCapReached) as refusal:
        buy(capped, "coins-3500")
    assert refusal.value.extra["frees_at"] is None
    assert "$20.00 in 24 hours" in refusal.value.message
    assert not Order.objects.exists()


def test_a_young_account_has_lower_caps(american: User, clock: Clock) -> None:
    cap(2_000, 5_000, young_day=1_000, young_week=1_500)
    assert left(american) == {"day": 1_000, "week": 1_500}
    clock.advance(days=7, seconds=1)
    assert left(american) == {"day": 2_000, "week": 5_000}


def test_caps_are_in_the_settlement_currency(person: Callable[..., User]) -> None:
    dora = person("dora", country="DE", totp_secret=None)
    cap(DAY_MINOR, WEEK_MINOR)
    order = buy(dora)
    assert (order.gross_minor, order.currency, order.settlement_gross_minor) == (985, "EUR", 1_069)
    assert left(dora)["day"] == 2_000 - 1_069


@pytest.mark.parametrize(
    ("budget", "most"), [(Budget(month=800), 800), (Budget(week=160), 800), (Budget(day=30), 930)]
)
def test_a_guardians_month_caps_what_a_minor_buys(minor: User, budget: Budget, most: int) -> None:
    consent(ask(minor), budget)
    month = next(one for one in caps.caps_of(minor, business_clock.now()) if one.unit == "COIN")
    assert (month.most, month.left) == (most, most)
    buy(minor)
    with pytest.raises(RechargeCapReached) as refusal:
        buy(minor, coins=most - 699)
    assert (refusal.value.extra["unit"], refusal.value.extra["left"]) == ("COIN", most - 700)
    assert buy(minor, coins=most - 700).coins == most - 700


def test_a_version_of_the_caps_does_not_change(capped: User) -> None:
    with pytest.raises(IntegrityError, match="only grows"):
        RechargeCap.objects.update(day_minor=1)
    with pytest.raises(IntegrityError, match="wallet_rechargecap_sensible"):
        cap(1_000, 900)


def test_the_refusal_and_the_caps_are_on_page_and_api(
    page_as: Callable[[User], Client], as_user: Callable[[User], APIClient], capped: User
) -> None:
    api = as_user(capped)
    refused = api.post("/api/v1/orders/", {"package": "coins-3500"}, format="json")
    assert (refused.status_code, refused.json()["code"], refused.json()["left"]) == (
        409,
        "recharge_cap_reached",
        2_000,
    )
    listed: Any = api.get("/api/v1/wallet/recharge-caps/").json()["caps"]
    assert [(one["period"], one["most"], one["used"]) for one in listed] == [
        ("day", 2_000, 0),
        ("week", 5_000, 0),
    ]
    form = {"key": "8f14e45f-ceea-467f-a0e6-3d1b9c1a2b3c", "package": "coins-3500"}
    answer = page_as(capped).post("/balance/", form)
    assert (answer.status_code, "$20.00 in 24 hours" in answer.content.decode()) == (409, True)


def test_the_window_is_counted_from_the_payment() -> None:
    now = business_clock.now()
    counted = tuple(caps.Counted(500, now + timedelta(hours=hours)) for hours in (1, 2))
    one = caps.Cap("day", "USD", 1_200, counted)
    assert (one.left, one.fits_at(300), one.fits_at(900), one.fits_at(1_201)) == (
        200,
        now + timedelta(hours=1),
        now + timedelta(hours=2),
        None,
    )
