"""Orders refunded: what the buyer gets, what becomes of the coins, and what the books say of the money."""

import pytest

from ledger import books
from ledger.errors import KeyReused
from tests.fixtures.wallet import unpaid_order
from tests.gifts.stage import Stage, money
from tests.ledger.journeys import fold_everything
from wallet.bonuses import grant
from wallet.errors import TooFewCoinsLeft
from wallet.models import Storefront

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("economy", "legal_documents"),
]


@pytest.fixture
def stage(economy: object, legal_documents: object) -> Stage:
    return Stage()


def test_an_unused_order_is_refunded_to_the_cent(stage: Stage) -> None:
    order = stage.buy(1_000, 1_499, tax_minor=239)
    answer = stage.refund(order, 1_000)
    assert (answer.coins, answer.amount_minor, answer.withheld_minor) == (1_000, 1_499, 0)
    assert stage.coins() == 0
    assert money() == {"provider.cash": -1_499, "refund.clearing": 1_499}
    stage.refund_paid(order)
    fold_everything()
    assert money() == {}


@pytest.mark.parametrize(("coins", "minor"), [(1, 33), (2, 66), (3, 100)])
def test_a_part_of_the_price_is_rounded_down(stage: Stage, coins: int, minor: int) -> None:
    order = stage.buy(3, 100)
    assert stage.refund(order, coins).amount_minor == minor


def test_only_what_is_left_of_the_order_is_refunded(stage: Stage) -> None:
    first, _second = stage.buy(100, 150), stage.buy(100, 150)
    stage.sent(70)
    with pytest.raises(TooFewCoinsLeft) as refusal:
        stage.refund(first, 31)
    assert refusal.value.extra == {"coins": 30}
    assert stage.coins() == 130
    assert stage.refund(first, 30).amount_minor == 45


def test_given_coins_are_no_part_of_an_order(stage: Stage) -> None:
    order = stage.buy(10, 15)
    stage.post(grant(holder=stage.holder, coins=40, key="welcome", coin_value_micro=12_900, currency="USD"))
    with pytest.raises(TooFewCoinsLeft):
        stage.refund(order, 11)


def test_an_unspent_bonus_is_void_with_the_first_refund(stage: Stage) -> None:
    order = stage.buy(100, 150, bonus=10)
    assert stage.refund(order, 1).bonus_coins == 10
    assert stage.coins() == 99
    assert books.totals()["coins.promotional", "COIN"] == 0


def test_a_spent_bonus_lowers_the_refund_once(stage: Stage) -> None:
    order = stage.buy(100, 200, bonus=50)
    gift = stage.sent(100)
    stage.sent(30)  # of the bonus: worth 38 cents
    stage.give_back(gift)
    first, second = stage.refund(order, 50, "a"), stage.refund(order, 50, "b")
    assert (first.amount_minor, first.withheld_minor, first.bonus_coins) == (62, 38, 20)
    assert (second.amount_minor, second.withheld_minor) == (100, 0)


def test_a_spent_bonus_larger_than_one_refund_lowers_the_next_too(stage: Stage) -> None:
    order = stage.buy(100, 200, bonus=50)
    gift = stage.sent(100)
    stage.sent(50)  # worth 64 cents
    stage.give_back(gift)
    first, second = stage.refund(order, 20, "a"), stage.refund(order, 80, "b")
    assert (first.amount_minor, first.withheld_minor) == (0, 40)
    assert (second.amount_minor, second.withheld_minor) == (136, 24)


def test_a_refund_that_failed_withheld_nothing(stage: Stage) -> None:
    order = stage.buy(100, 200, bonus=50)
    gift = stage.sent(100)
    stage.sent(30)
    stage.give_back(gift)
    stage.refund(order, 50, "a")
    stage.refund_failed(order, "a")
    again = stage.refund(order, 100, "b")
    assert (again.amount_minor, again.withheld_minor, again.bonus_coins) == (162, 38, 20)


def test_the_same_refund_again_answers_as_the_first_time(stage: Stage) -> None:
    order = stage.buy(100, 200, bonus=5)
    first = stage.refund(order, 60)
    stage.sent(10)
    assert stage.refund(order, 60) == first
    assert stage.coins() == 30
    with pytest.raises(KeyReused):
        stage.refund(order, 1)


def test_a_failed_refund_brings_everything_back_once(stage: Stage) -> None:
    order = stage.buy(100, 200, bonus=5)
    before = money()
    stage.refund(order, 60)
    stage.refund_paid(order)
    stage.refund_failed(order)
    stage.refund_failed(order)
    assert stage.coins() == 105
    assert money() == before
    assert stage.refund(order, 100, "r2").amount_minor == 200


def test_a_price_above_the_base_value_comes_back_from_where_it_went(stage: Stage) -> None:
    order = stage.buy(100, 200)  # worth 129 cents: 71 were revenue
    stage.refund(order, 50)
    assert money()["revenue.fees"] == 71 - 36
    assert money()["coin.float"] == 65


def test_a_refund_in_another_currency_leaves_the_difference_of_rates_in_fx(stage: Stage) -> None:
    order = unpaid_order(stage.fan, 1_000, Storefront.objects.exclude(currency="USD")[0])
    stage.credit(order)
    answer = stage.refund(order, 1_000)
    assert answer.amount_minor == order.gross_minor
    assert answer.settlement_minor == order.settlement_gross_minor
    stage.refund_paid(order, booked_minor=order.settlement_gross_minor + 7)
    assert ("refund.clearing", "USD") not in {name for name, amount in books.totals().items() if amount}
    assert books.totals()["provider.cash", "USD"] == order.settlement_gross_minor + 7


def test_refunds_leave_the_books_right_after_a_fold(stage: Stage) -> None:
    orders = [stage.buy(coins, price, tax_minor=1) for coins, price in [(7, 9), (11, 20), (13, 17)]]
    stage.sent(5)
    fold_everything()
    for number, order in enumerate(orders):
        stage.refund(order, 1, f"a{number}")
        fold_everything()
    assert money()["coin.float"] == 29  # ⌊23 × 1.29⌋; the check after this test has the rest
