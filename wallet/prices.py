"""What coins cost: whole-number arithmetic in minor units, no query."""

from dataclasses import dataclass

from wallet.models import PriceBook, Storefront, TaxMode
from wallet.units import MICRO, MICRO_PER_MINOR


@dataclass(frozen=True)
class Price:
    """What one order costs: in the storefront's currency, and at its frozen rate in the settlement currency."""

    gross_minor: int
    tax_minor: int
    settlement_gross_minor: int
    settlement_tax_minor: int

    @property
    def net_minor(self) -> int:
        return self.gross_minor - self.tax_minor


def price_of(price_minor: int, storefront: Storefront) -> Price:
    """This will say what a listed price comes to: its net, its tax, and both at the storefront's rate.

    Where the provider works the tax out, none is known yet.
    """
    tax_minor = 0
    if not storefront.is_tax_automatic:
        find = tax_on if storefront.tax_mode == TaxMode.EXCLUSIVE else tax_in
        tax_minor = find(price_minor, storefront.tax_basis_points)
    return price_with_tax(
        price_minor,
        tax_minor,
        tax_mode=storefront.tax_mode,
        settlement_rate_micro=storefront.settlement_rate_micro,
    )


def price_with_tax(price_minor: int, tax_minor: int, *, tax_mode: str, settlement_rate_micro: int) -> Price:
    """This will put a listed price and its tax together, in both currencies."""
    gross_minor = price_minor + tax_minor if tax_mode == TaxMode.EXCLUSIVE else price_minor
    return Price(
        gross_minor=gross_minor,
        tax_minor=tax_minor,
        settlement_gross_minor=converted(gross_minor, settlement_rate_micro),
        settlement_tax_minor=converted(tax_minor, settlement_rate_micro),
    )


def base_price_minor(coins: int, book: PriceBook) -> int:
    """What any number of coins costs without a package: the base price, rounded up to a whole minor unit."""
    assert coins > 0
    return -(-coins * book.base_price_micro // MICRO_PER_MINOR)


def coins_for_at_most(minor: int, book: PriceBook) -> int:
    """The most coins that `minor` buys at the base price."""
    return minor * MICRO_PER_MINOR // book.base_price_micro


def coins_for_at_least(minor: int, book: PriceBook) -> int:
    """The fewest coins whose base price is `minor` or more."""
    coins = coins_for_at_most(minor, book)
    return coins if coins and base_price_minor(coins, book) >= minor else coins + 1


def tax_on(net_minor: int, basis_points: int) -> int:
    """The tax on top of a price, half a minor unit rounded up."""
    return (2 * net_minor * basis_points + 10_000) // 20_000


def tax_in(gross_minor: int, basis_points: int) -> int:
    """The tax included in a price, half a minor unit rounded up."""
    whole = 10_000 + basis_points
    return (2 * gross_minor * basis_points + whole) // (2 * whole)


def converted(minor: int, rate_micro: int) -> int:
    """An amount at a rate in millionths, half a minor unit rounded up."""
    return (2 * minor * rate_micro + MICRO) // (2 * MICRO)


def per_hundred_minor(price_minor: int, coins: int) -> int:
    """The price of 100 coins, rounded to a whole minor unit, for showing."""
    return (200 * price_minor + coins) // (2 * coins)


def saving_basis_points(coins: int, price_minor: int, book: PriceBook) -> int:
    """How much less than the base price so many coins cost, in hundredths of a percent, rounded down."""
    base_micro = coins * book.base_price_micro
    return max(0, (base_micro - price_minor * MICRO_PER_MINOR) * 10_000 // base_micro)
