"""Amounts below a cent in words: a gift of one coin is worth $0.0129, and saying $0.01 would be a lie."""

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
