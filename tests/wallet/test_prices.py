"""The arithmetic of prices: whole numbers, nothing lost, nothing favoured."""

from hypothesis import given
from hypothesis import strategies as some

from ledger import books
from ledger.books import Ref
from wallet import bookings, prices
from wallet.models import Order, PriceBook, Storefront
from wallet.payments import Fee

US = PriceBook(base_price_micro=12_900)
amounts = some.integers(min_value=1, max_value=10**8)


def test_the_base_price_is_rounded_up() -> None:
    assert [prices.base_price_minor(coins, US) for coins in (1, 70, 100, 123)] == [2, 91, 129, 159]


def test_tax_is_found_inside_a_price() -> None:
    assert [prices.tax_in(gross, 1900) for gross in (985, 119, 1)] == [157, 19, 0]
    assert prices.tax_in(985, 0) == 0


def test_tax_comes_on_top_of_a_price() -> None:
    assert [prices.tax_on(net, 825) for net in (895, 100, 6, 7)] == [74, 8, 0, 1]
    added = Storefront(tax_mode="exclusive", tax_basis_points=825, settlement_rate_micro=1_000_000)
    price = prices.price_of(895, added)
    assert (price.net_minor, price.tax_minor, price.gross_minor) == (895, 74, 969)


def test_a_tax_that_only_the_provider_knows_is_not_guessed() -> None:
    automatic = Storefront(is_tax_automatic=True, tax_basis_points=1900, settlement_rate_micro=1_000_000)
    price = prices.price_of(895, automatic)
    assert (price.net_minor, price.tax_minor, price.gross_minor) == (895, 0, 895)


def test_a_saving_is_told_in_hundredths_of_a_percent() -> None:
    assert prices.saving_basis_points(7000, 8699, US) == 366
    assert prices.saving_basis_points(7000, 9999, US) == 0


@given(gross=amounts, basis_points=some.integers(min_value=0, max_value=10_000))
def test_tax_and_net_are_the_price(gross: int, basis_points: int) -> None:
    storefront = Storefront(tax_basis_points=basis_points, settlement_rate_micro=1_000_000)
    price = prices.price_of(gross, storefront)
    assert price.tax_minor + price.net_minor == gross
    assert abs(price.tax_minor * (10_000 + basis_points) - gross * basis_points) <= 10_000 + basis_points


@given(minor=some.integers(min_value=2, max_value=10**7))
def test_limits_in_coins_are_the_limits_in_money(minor: int) -> None:
    most, least = prices.coins_for_at_most(minor, US), prices.coins_for_at_least(minor, US)
    assert prices.base_price_minor(most, US) <= minor < prices.base_price_minor(most + 1, US)
    assert prices.base_price_minor(least, US) >= minor > prices.base_price_minor(least, US) - 2


def order(coins: int, gross: int, tax: int = 0, *, currency: str = "USD", rate: int = 1_000_000) -> Order:
    return Order(
        coins=coins, gross_minor=gross, tax_minor=tax, net_minor=gross - tax, currency=currency,
        settlement_currency="USD", settlement_rate_micro=rate, coin_value_micro=12_900,
        settlement_gross_minor=prices.converted(gross, rate), settlement_tax_minor=prices.converted(tax, rate),
    )  # fmt: skip


def legs(operation: books.Operation | None) -> list[tuple[str, str, str, int]]:
    assert operation is not None
    return [(t.unit, t.debit.code, t.credit.code, t.amount) for t in operation.transfers]


def test_a_discount_is_paid_by_marketing() -> None:
    assert legs(bookings.recharge(order(7000, 8699), 5)) == [
        ("COIN", "coins.issued", "coins", 7000),
        ("USD", "provider.cash", "coin.float", 8699),
        ("USD", "marketing", "coin.float", 331),
    ]


def test_one_minor_unit_more_than_the_base_value_is_rounding_and_more_is_a_fee() -> None:
    assert legs(bookings.recharge(order(70, 91), 5))[2] == ("USD", "provider.cash", "rounding", 1)
    assert legs(bookings.recharge(order(70, 99), 5))[2] == ("USD", "provider.cash", "revenue.fees", 9)


def test_tax_is_owed_and_only_the_rest_backs_the_coins() -> None:
    assert legs(bookings.recharge(order(70, 119, 19), 5))[1:] == [
        ("USD", "provider.cash", "tax.payable", 19),
        ("USD", "provider.cash", "coin.float", 90),
        ("USD", "provider.cash", "revenue.fees", 10),
    ]


def test_a_converting_provider_closes_the_position_it_paid_out() -> None:
    bought = order(700, 985, 157, currency="EUR", rate=1_085_000)
    fee = Fee(currency="USD", amount_minor=1070, fee_minor=61)
    assert legs(bookings.provider_fee(bought, fee)) == [
        ("EUR", "fx", "provider.cash", 985),
        ("USD", "provider.cash", "fx", 1070),
        ("USD", "expense.provider", "provider.cash", 61),
    ]


def test_a_free_charge_books_no_fee() -> None:
    assert bookings.provider_fee(order(70, 91), Fee("USD", 91, 0)) is None


@given(coins=amounts, gross=amounts, tax_share=some.integers(min_value=0, max_value=50))
def test_every_minor_unit_of_a_recharge_has_a_place(coins: int, gross: int, tax_share: int) -> None:
    operation = bookings.recharge(order(coins, gross, gross * tax_share // 100), 5)
    assert all(transfer.amount > 0 for transfer in operation.transfers)
    money = [transfer for transfer in operation.transfers if transfer.unit == "USD"]
    assert sum(t.amount for t in money if t.debit == Ref(0, "provider.cash")) == gross
    assert sum(t.amount for t in money if t.credit == Ref(0, "coin.float")) == coins * 12_900 // 10_000
