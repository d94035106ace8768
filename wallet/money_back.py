"""The money of coins that leave a fan again: pure arithmetic over an order, no query (docs/ledger.md, The ways back).

All amounts are positive minor units of the settlement currency; a transfer of nothing is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.books import PLATFORM, Ref, Transfer
from wallet.models import Order
from wallet.prices import converted
from wallet.units import MICRO_PER_MINOR

PARTS_PER_MINOR = 100 * MICRO_PER_MINOR  # a hundredth of a diamond at one micro per diamond is one part


@dataclass(frozen=True)
class Worth:
    """What coins and diamonds that are taken back are worth in the books, and where that stands."""

    float_minor: int  # in `coin.float`: coins not spent
    payable_minor: int = 0  # in `creator.payable`: diamonds that are cancelled
    share_minor: int = 0  # the platform's part of the same gifts

    @property
    def total_minor(self) -> int:
        return self.float_minor + self.payable_minor + self.share_minor


def worth_of_coins(coins: int, coin_value_micro: int) -> int:
    """The base value of coins, rounded down to a minor unit."""
    return coins * coin_value_micro // MICRO_PER_MINOR


def worth_of_gifts(
    coins: int, diamond_units: int, *, coin_value_micro: int, diamond_value_micro: int
) -> tuple[int, int]:
    """What given coins were worth, divided: the creator's part (their diamonds) and the platform's (the rest).

    Each is rounded down by itself, as the fold books the share: what neither reaches, the fold rounds.
    """
    diamonds_parts = diamond_units * diamond_value_micro
    share_parts = coins * coin_value_micro * 100 - diamonds_parts
    return diamonds_parts // PARTS_PER_MINOR, share_parts // PARTS_PER_MINOR


def coins_for(order: Order, amount_minor: int) -> int:
    """How many of an order's coins an amount of its price stands for, rounded up."""
    return min(order.coins, -(-order.coins * amount_minor // order.gross_minor))


def in_settlement(order: Order, amount_minor: int) -> int:
    """An amount in the order's currency at the order's frozen rate."""
    return converted(amount_minor, order.settlement_rate_micro)


def tax_in(order: Order, settlement_minor: int) -> int:
    """The tax in a part of the price, in proportion, rounded down."""
    return order.settlement_tax_minor * settlement_minor // order.settlement_gross_minor


def give_back(
    order: Order,
    settlement_minor: int,
    worth: Worth,
    *,
    clearing: str,
    loss_minor: int = 0,
    recovered_minor: int = 0,
) -> list[Transfer]:
    """The transfers that leave `settlement_minor` in `clearing`, every one of a positive amount.

    Tax in proportion, what the coins are worth, and a loss come in. What the coins are worth above their net price
    was a discount and goes back to `marketing`, as does the value of a bonus that was `recovered`; below it, it was
    a surplus and comes from where the recharge put it.
    """
    tax = tax_in(order, settlement_minor)
    discount = tax + worth.total_minor + loss_minor - recovered_minor - settlement_minor
    sources = [
        ("tax.payable", tax),
        ("coin.float", worth.float_minor),
        ("creator.payable", worth.payable_minor),
        ("revenue.share", worth.share_minor),
        ("loss.chargeback", loss_minor),
        ("marketing", -recovered_minor),
        (_discount_account(order, discount), -discount),
    ]
    unit = order.settlement_currency
    return [transfer for code, amount in sources for transfer in _leg(unit, code, clearing, amount)]


def leave_provider(order: Order, promised: int, booked: int, *, clearing: str) -> list[Transfer]:
    """The transfers by which `promised` leaves `clearing` and `booked`, as the provider says, leaves its cash.

    They differ where the provider converted at a rate of its own: that is `fx`.
    """
    unit = order.settlement_currency
    return [
        *move(unit, clearing, "provider.cash", min(promised, booked)),
        *move(unit, clearing, "fx", promised - booked),
        *move(unit, "fx", "provider.cash", booked - promised),
    ]


def leave_unconverted(
    order: Order, promised: int, currency: str, held_minor: int, *, clearing: str
) -> list[Transfer]:
    """The transfers by which `promised` leaves `clearing` where the provider holds the order's own currency.

    It gave `held_minor` of `currency` from its cash there; between the two stands `fx`, as at the recharge.
    """
    return [
        *move(order.settlement_currency, clearing, "fx", promised),
        *move(currency, "fx", "provider.cash", held_minor),
    ]


def _discount_account(order: Order, discount: int) -> str:
    """Where a recharge booked the difference between net price and base value; `rounding` for a cent against it."""
    owed = worth_of_coins(order.coins, order.coin_value_micro)
    of_order = owed - (order.settlement_gross_minor - order.settlement_tax_minor)
    if discount > 0:
        return "marketing" if of_order > 0 else "rounding"
    return "revenue.fees" if of_order < -1 else "rounding"


def move(unit: str, debit: str, credit: str, amount: int) -> list[Transfer]:
    """A transfer between two platform accounts, unless there is nothing to move."""
    return [Transfer(unit, Ref(PLATFORM, debit), Ref(PLATFORM, credit), amount)] if amount > 0 else []


def _leg(unit: str, code: str, clearing: str, amount: int) -> Iterator[Transfer]:
    """`amount` from `code` to the clearing account; below zero the other way."""
    yield from move(unit, code, clearing, amount)
    yield from move(unit, clearing, code, -amount)
