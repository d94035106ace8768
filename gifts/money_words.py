"""Amounts below a cent in words: a gift of one coin is worth $0.0129, and saying $0.01 would be a lie.

Where there is room for a glance only, the nearest amount of money says that it is near: ≈ $0.01.
"""

from gifts.split import PARTS_PER_MONEY
from look import money

PLACES = len(str(PARTS_PER_MONEY)) - 1


def exact_money(parts: int, currency: str) -> str:
    """Write an amount of 1 ÷ 100,000,000 of `currency` exactly, with its usual decimals or as many as it needs."""
    usual = money.decimals(currency)
    number, places = abs(parts), PLACES
    while places > usual and number % 10 == 0:
        number, places = number // 10, places - 1
    return money.with_symbol(money.scaled(number, places), currency, negative=parts < 0)


def near_money(parts: int, currency: str) -> str:
    """Write an amount of 1 ÷ 100,000,000 of `currency` to the nearest minor unit, with ≈ where that is not exact."""
    per_minor = PARTS_PER_MONEY // 10 ** money.decimals(currency)
    nearest, rest = (parts + per_minor // 2) // per_minor, parts % per_minor
    words = money.money(nearest, currency)
    return f"≈ {words}" if rest else words
