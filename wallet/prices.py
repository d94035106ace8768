"""What coins cost: whole-number arithmetic in minor units, no query."""

from dataclasses import dataclass

from wallet.models import Package, Storefront
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


def price_of(gross_minor: int, storefront: Storefront) -> Price:
    """This will split a price into net and the tax it includes, and convert both at the storefront's rate."""
    tax_minor = tax_in(gross_minor, storefront.tax_basis_points)
    return Price(
        gross_minor=gross_minor,
        tax_minor=tax_minor,
        settlement_gross_minor=converted(gross_minor, storefront.settlement_rate_micro),
        settlement_tax_minor=converted(tax_minor, storefront.settlement_rate_micro),
    )


def base_price_minor(coins: int, storefront: Storefront) -> int:
    """What any number of coins costs without a package: the base price, rounded up to a whole minor unit."""
    assert coins > 0
    return -(-coins * storefront.base_price_micro // MICRO_PER_MINOR)


def coins_for_at_most(minor: int, storefront: Storefront) -> int:
    """The most coins that `minor` buys at the base price."""
    return minor * MICRO_PER_MINOR // storefront.base_price_micro


def coins_for_at_least(minor: int, storefront: Storefront) -> int:
    """The fewest coins whose base price is `minor` or more."""
    coins = coins_for_at_most(minor, storefront)
    return coins if coins and base_price_minor(coins, storefront) >= minor else coins + 1


def tax_in(gross_minor: int, basis_points: int) -> int:
    """The tax included in a price, half a minor unit rounded up."""
    whole = 10_000 + basis_points
    return (2 * gross_minor * basis_points + whole) // (2 * whole)


def converted(minor: int, rate_micro: int) -> int:
    """An amount at a rate in millionths, half a minor unit rounded up."""
    return (2 * minor * rate_micro + MICRO) // (2 * MICRO)


def per_hundred_minor(gross_minor: int, coins: int) -> int:
    """The price of 100 coins, rounded to a whole minor unit, for showing."""
    return (200 * gross_minor + coins) // (2 * coins)


def saving_basis_points(package: Package, storefront: Storefront) -> int:
    """How much less than the base price a package costs, in hundredths of a percent, rounded down."""
    base_micro = package.coins * storefront.base_price_micro
    return max(0, (base_micro - package.price_minor * MICRO_PER_MINOR) * 10_000 // base_micro)
