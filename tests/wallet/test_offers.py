"""Offers in orders: the best one is shown, kept, granted once, and right in the books."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from ground import clock
from ledger import books
from tests.fixtures.races import Race
from tests.wallet.conftest import buy, coins, kinds, now_of
from tests.wallet.offer_stage import HOUR, bonus, first_recharge, land, money, offer, taken, use_of
from wallet import refunds, tasks
from wallet.errors import PriceChanged
from wallet.models import FirstRecharge, FirstRechargeMark, Offer, Order
from wallet.services import cancel_order
from wallet.services.create import create_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

type Pay = Callable[..., httpx.Response]


def test_a_discount_is_charged_and_marketing_pays_it(american: User, pay: Pay) -> None:
    spring = offer()
    order = buy(american)
    assert (order.gross_minor, order.net_minor, order.offer) == (805, 805, spring)
    assert use_of(order) == ("reserved", 90, 0)

    pay(order)
    land(order)
    assert now_of(order) == ("credited", 700)
    assert use_of(order) == ("granted", 90, 0)
    assert money("coin.float", "marketing", "provider.cash", "tax.payable") == [
        903,
        -98,
        -805 + order_fee(order),
        0,
    ]
    assert books.imbalance() == {}


def order_fee(order: Order) -> int:
    order.refresh_from_db()
    return order.fee_minor or 0


def test_tax_is_of_the_price_that_is_paid(person: Callable[..., User], pay: Pay) -> None:
    offer(basis_points=1500)
    order = buy(person("dora", country="DE"))
    assert (order.gross_minor, order.tax_minor, order.net_minor) == (
        837,
        134,
        703,
    )  # 985 − ⌈147.75⌉, 19 % in it
    pay(order)
    land(order)
    assert now_of(order) == ("credited", 700)
    assert money("tax.payable") == [145]  # 134 euro cents at 1.085


def test_bonus_coins_come_with_the_recharge_and_marketing_backs_them(american: User, pay: Pay) -> None:
    more = bonus(10)
    order = buy(american)
    assert (order.gross_minor, order.bonus_coins) == (895, 70)
    assert taken(more) == (1, 70)
    pay(order)
    land(order)
    land(order)
    assert now_of(order) == ("credited", 770)
    assert kinds(order) == ["created", "checkout_opened", "paid", "bonus_granted", "credited", "fee_booked"]
    assert money("coin.float", "marketing") == [903 + 90, -8 - 90]


def test_the_best_offer_for_the_buyer_is_taken_and_only_one(american: User) -> None:
    offer(basis_points=500)
    best = bonus(20)
    bonus(10)
    order = buy(american)
    assert (order.offer, order.gross_minor, order.bonus_coins) == (best, 895, 140)


@pytest.mark.parametrize(
    "facts",
    [
        {"packages": ["coins-1400"]},
        {"storefronts": ["euro"]},
        {"min_coins": 701},
        {"begins_in": HOUR},
        {"published_at": None},
        {"total_limit": 0},
        {"ends_in": -HOUR / 2},
    ],
)
def test_an_offer_is_for_what_it_says(american: User, facts: dict[str, Any]) -> None:
    offer(**facts)
    order = buy(american)
    assert (order.offer, order.gross_minor) == (None, 895)


def test_an_order_that_is_not_paid_gives_the_offer_back(american: User) -> None:
    more = bonus(10, per_user_limit=1)
    order = buy(american)
    assert buy(american).offer is None
    cancel_order(order=order, now=clock.now())
    assert taken(more) == (0, 0)
    assert use_of(order)[0] == "released"
    assert buy(american).offer == more


def test_nobody_pays_another_price_than_was_shown(american: User) -> None:
    offer()
    with pytest.raises(PriceChanged):
        buy(american, package="coins-700", shown_minor=806)
    with pytest.raises(PriceChanged):
        buy(american, package="coins-700", shown_minor=805, shown_bonus=1)
    assert not Order.objects.exists()
    assert buy(american, package="coins-700", shown_minor=805, shown_bonus=0).gross_minor == 805


def test_the_operators_cap_is_exact_when_fifty_order_at_once(person: Callable[..., User], race: Race) -> None:
    capped = bonus(10, budget_coins=210)
    fans = [person(f"fan{number}", country="US", totp_secret=None) for number in range(12)]
    waiting = [fan for fan in fans for _ in range(4)]

    def order() -> int:
        fan = waiting.pop()
        return create_order(user=fan, key=str(uuid4()), package="coins-700", now=clock.now()).bonus_coins

    outcomes = race(48, order)
    assert outcomes.count(70) == 3
    assert set(outcomes) <= {70, 0, PriceChanged}
    assert taken(capped) == (3, 210)


def test_a_first_recharge_brings_its_bonus_once_whatever_is_credited_at_once(
    american: User, pay: Pay, race: Race
) -> None:
    welcome = first_recharge()
    orders = [buy(american, "coins-70") for _ in range(8)]
    assert {order.bonus_coins for order in orders} == {100}
    for order in orders:
        pay(order)
    waiting = orders * 7
    race(56, lambda: land(waiting.pop()))
    assert coins(american) == 8 * 70 + 100
    assert taken(welcome) == (1, 100)
    assert FirstRecharge.objects.get().user == american
    assert sorted(use_of(order)[0] for order in orders) == ["granted", *["lost"] * 7]
    assert "bonus_lost" in kinds(next(order for order in orders if use_of(order)[0] == "lost"))


def test_nobody_loses_the_first_bonus_by_an_order_they_never_paid(american: User, pay: Pay) -> None:
    first_recharge()
    buy(american)
    second = buy(american)
    pay(second)
    land(second)
    assert coins(american) == 800
    assert buy(american).offer is None


def test_another_account_of_the_same_person_gets_no_first_bonus(
    person: Callable[..., User], american: User, pay: Pay
) -> None:
    first_recharge()
    order = buy(american)
    pay(order)
    land(order)
    assert FirstRechargeMark.objects.count() == 2  # the address and the card
    again = person("anna", email="ana+again@example.com", country="US")
    assert buy(again).offer is None
    same_card = person("otto", country="US")
    theirs = buy(same_card)
    assert theirs.bonus_coins == 100
    pay(theirs)
    land(theirs)
    assert now_of(theirs) == ("credited", 700)
    assert use_of(theirs)[0] == "lost"


def test_who_confirmed_nothing_has_no_first_bonus(american: User) -> None:
    first_recharge()
    american.emailaddress_set.update(verified=False)  # type: ignore[attr-defined]
    assert buy(american).offer is None


def test_a_refund_of_a_discounted_order_gives_back_what_was_paid(american: User, pay: Pay) -> None:
    offer()
    order = buy(american)
    pay(order)
    order = land(order)
    with transaction.atomic():
        given = refunds.refund(order, holder=american.ledger_id, coins=350, reference="1", now=clock.now())
        refunds.refund_paid(
            order, holder=american.ledger_id, reference="1", booked_minor=None, now=clock.now()
        )
    assert (given.amount_minor, given.withheld_minor) == (402, 0)
    assert money("coin.float", "marketing") == [903 - 451, -98 + 49]
    tasks.fold()
    assert books.imbalance() == {}


def test_a_spent_bonus_lowers_the_refund(american: User, pay: Pay) -> None:
    bonus(10)
    order = buy(american)
    pay(order)
    order = land(order)
    with transaction.atomic():
        given = refunds.refund(order, holder=american.ledger_id, coins=700, reference="1", now=clock.now())
        refunds.refund_paid(
            order, holder=american.ledger_id, reference="1", booked_minor=None, now=clock.now()
        )
    assert (given.bonus_coins, given.amount_minor, given.withheld_minor) == (70, 895, 0)
    assert coins(american) == 0
    assert money("coin.float", "marketing") == [0, 0]


def test_what_was_published_and_what_was_sold_cannot_change(american: User) -> None:
    more = bonus(10)
    order = buy(american)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.filter(pk=more.pk).update(basis_points=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(bonus_coins=7)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM wallet_offeruse")
    cancel_order(order=order, now=clock.now())
