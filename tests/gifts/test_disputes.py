"""Orders disputed: what is held, what comes back, what is lost and to whom."""

import pytest

from gifts import disputes
from gifts.errors import DisputeDecided, GiftDisputed, GiftMatured
from ledger import books
from ledger.errors import KeyReused
from ledger.models import Account, Operation
from tests.gifts.stage import Stage, money
from tests.ledger.journeys import fold_everything

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("economy", "legal_documents"),
]


@pytest.fixture
def stage(economy: object, legal_documents: object) -> Stage:
    return Stage()


def pending(stage: Stage, days: int = 7) -> str:
    moved = stage.now.date().fromordinal(stage.now.date().toordinal() + days)
    return f"diamonds.pending/{moved}"


def test_unspent_coins_are_held_before_any_gift(stage: Stage) -> None:
    order = stage.buy(100, 150)
    stage.sent(40)
    assert stage.hold(order, 90) == disputes.Held(60, 0, 0, 0)
    assert (stage.coins(), stage.coins("coins.held")) == (0, 60)
    assert stage.diamonds() == {pending(stage): 4_000}


def test_of_gifts_the_latest_are_held_first_and_their_last_coins(stage: Stage) -> None:
    order = stage.buy(100, 100)
    stage.sent(40, to=0)
    stage.sent(50, to=1)
    assert stage.hold(order, 75) == disputes.Held(10, 0, 65, 6_500)
    assert stage.diamonds(1) == {"diamonds.held": 5_000}
    assert stage.diamonds(0) == {"diamonds.held": 1_500, pending(stage): 2_500}


@pytest.mark.parametrize(("amount", "coins"), [(1, 1), (33, 1), (34, 2), (66, 2), (67, 3), (100, 3)])
def test_a_part_of_the_price_stands_for_coins_rounded_up(stage: Stage, amount: int, coins: int) -> None:
    order = stage.buy(3, 100)
    assert stage.hold(order, amount).coins == coins


def test_of_a_gift_that_two_orders_paid_for_only_the_disputed_part_is_held(stage: Stage) -> None:
    first, _second = stage.buy(30, 45), stage.buy(30, 45)
    stage.sent(50)
    assert stage.hold(first) == disputes.Held(0, 0, 30, 3_000)
    assert stage.diamonds() == {"diamonds.held": 3_000, pending(stage): 2_000}


def test_matured_diamonds_are_never_touched(stage: Stage) -> None:
    order = stage.buy(100, 150)
    stage.sent(40)
    stage.pass_days(7)  # due today: mature, though the beat has not moved them
    stage.sent(20)
    assert stage.hold(order) == disputes.Held(40, 0, 20, 2_000)
    stage.lose(order)
    assert sum(stage.diamonds().values()) == 4_000
    assert money()["loss.chargeback"] == -60  # 150 × 40 ÷ 100


def test_paid_out_diamonds_make_no_debt(stage: Stage) -> None:
    order = stage.buy(100, 150)
    stage.sent(100)
    stage.pass_days(7)
    stage.mature()
    stage.pay_out(0, 10_000)
    assert stage.hold(order) == disputes.NOTHING
    stage.withdrawn(order, 150, fee_minor=1_500)
    stage.lose(order)
    assert stage.diamonds() == {}
    assert (stage.coins(), money()["loss.chargeback"]) == (0, -150)
    assert "dispute.clearing" not in money()


def test_lost_without_a_hold_takes_what_is_there(stage: Stage) -> None:
    order = stage.buy(100, 150, tax_minor=21)
    stage.sent(40)
    stage.lose(order)
    assert (stage.coins(), stage.coins("coins.held"), stage.diamonds()) == (0, 0, {})
    stage.withdrawn(order, 150)
    fold_everything()
    assert money() == {}


def test_won_after_the_day_makes_diamonds_available(stage: Stage) -> None:
    order = stage.buy(100, 150)
    stage.sent(40, to=0)
    stage.pass_days(3)
    stage.sent(60, to=1)
    stage.hold(order)
    stage.pass_days(4)
    stage.win(order)
    assert stage.diamonds(0) == {"diamonds.available": 4_000}
    assert stage.diamonds(1) == {pending(stage, 3): 6_000}


def test_coins_won_back_are_found_by_the_next_dispute(stage: Stage) -> None:
    order = stage.buy(100, 150)
    stage.hold(order)
    stage.win(order)
    stage.sent(30)
    assert stage.coins() == 70
    assert stage.hold(order, reference="d2") == disputes.Held(70, 0, 30, 3_000)


def test_a_dispute_follows_the_coins_of_a_returned_gift(stage: Stage) -> None:
    order = stage.buy(100, 150)
    gift = stage.sent(100)
    other = stage.buy(20, 30)
    stage.give_back(gift)
    stage.sent(30, to=1)  # 20 of the other order, then 10 that came back
    assert stage.hold(order) == disputes.Held(90, 0, 10, 1_000)
    assert stage.hold(other, reference="d2") == disputes.Held(0, 0, 20, 2_000)


def test_what_one_dispute_claims_no_other_claims_again(stage: Stage) -> None:
    order = stage.buy(100, 100)
    stage.sent(100)
    assert stage.hold(order, 60, "d1").gift_coins == 60
    assert stage.hold(order, 60, "d2").gift_coins == 40
    stage.lose(order, 60, "d1")
    stage.lose(order, 60, "d2")
    assert stage.diamonds() == {}
    # Of the second 60 coins 40 were there to claim: worth 40 cents of net price each, nothing unrecovered.
    assert money()["dispute.clearing"] == 120


def test_an_unspent_bonus_goes_with_its_coins_and_a_spent_one_stays(stage: Stage) -> None:
    order = stage.buy(100, 129, bonus=10)
    stage.sent(104)
    assert stage.hold(order) == disputes.Held(0, 6, 100, 10_000)
    stage.lose(order)
    assert stage.diamonds() == {pending(stage): 400}
    assert books.totals()["coins.promotional", "COIN"] == -4
    assert stage.coins() == 0


def test_each_step_twice_has_one_effect(stage: Stage) -> None:
    order = stage.buy(100, 150)
    stage.sent(40)
    assert stage.hold(order, 90) == stage.hold(order, 90)
    with pytest.raises(KeyReused):
        stage.hold(order, 91)
    stage.lose(order, 90)
    stage.lose(order, 90)
    with pytest.raises(KeyReused):
        stage.lose(order, 89)
    assert Operation.objects.filter(key__startswith="dispute:").count() == 2


def test_a_decided_dispute_is_not_decided_again(stage: Stage) -> None:
    lost, won = stage.buy(100, 150), stage.buy(100, 150)
    stage.lose(lost, reference="a")
    with pytest.raises(DisputeDecided):
        stage.win(lost, "a")
    stage.hold(won, reference="b")
    stage.win(won, "b")
    stage.win(won, "b")
    with pytest.raises(DisputeDecided):
        stage.lose(won, reference="b")
    assert stage.coins() == 100


def test_a_gift_comes_back_once_and_gives_no_budget_back(stage: Stage) -> None:
    stage.buy(100, 129)
    gift = stage.sent(40)
    assert stage.give_back(gift) == stage.give_back(gift)
    assert (stage.coins(), stage.diamonds()) == (100, {})
    assert Account.objects.get(holder=stage.holder, code="coins").spent == 40
    fold_everything()
    assert money() == {"provider.cash": -129, "coin.float": 129}


def test_a_matured_gift_stays(stage: Stage) -> None:
    stage.buy(100, 150)
    gift = stage.sent(40)
    stage.pass_days(7)
    with pytest.raises(GiftMatured):
        stage.give_back(gift)
    assert stage.coins() == 60


def test_a_gift_of_disputed_coins_waits_for_the_bank(stage: Stage) -> None:
    first, _second = stage.buy(30, 45), stage.buy(30, 45)
    gift = stage.sent(50)
    stage.hold(first)
    with pytest.raises(GiftDisputed):
        stage.give_back(gift)
    stage.lose(first)
    answer = stage.give_back(gift)  # the second order's part
    assert (answer.coins, answer.diamond_units) == (20, 2_000)
    assert (stage.coins(), stage.diamonds()) == (30, {})


def test_a_gift_that_a_lost_dispute_cancelled_does_not_come_back(stage: Stage) -> None:
    order = stage.buy(30, 45)
    gift = stage.sent(30)
    stage.lose(order)
    with pytest.raises(GiftDisputed):
        stage.give_back(gift)
    assert stage.coins() == 0
