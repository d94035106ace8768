"""Who gets what of a gift, in money, exactly."""

from dataclasses import dataclass

PARTS_PER_MICRO = (
    100  # a hundredth of a diamond at one micro per diamond is one part: everything is whole numbers
)
PARTS_PER_MONEY = 1_000_000 * PARTS_PER_MICRO


@dataclass(frozen=True)
class Split:
    """What a number of coins is worth, and how that divides; all three in 1 ÷ 100,000,000 of `currency`."""

    coins: int
    diamond_units: int
    price_parts: int
    creator_parts: int
    platform_parts: int
    currency: str

    @property
    def creator_basis_points(self) -> int:
        """The creator's share of the price, in hundredths of a percent, rounded down."""
        return self.creator_parts * 10_000 // self.price_parts

    @property
    def platform_basis_points(self) -> int:
        return 10_000 - self.creator_basis_points


def split_of(
    *, coins: int, diamond_units: int, coin_value_micro: int, diamond_value_micro: int, currency: str
) -> Split:
    """Divide the value of `coins`: the creator's diamonds at a diamond's value, the platform the rest."""
    price = coins * coin_value_micro * PARTS_PER_MICRO
    creator = diamond_units * diamond_value_micro
    return Split(coins, diamond_units, price, creator, price - creator, currency)
