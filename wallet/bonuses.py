"""Promotional coins: given, not sold. Never refundable, and worth as much as any other: `marketing` pays for them."""

from ledger import books
from ledger.books import COIN, PLATFORM, Operation, Ref, Transfer
from wallet.bookings import order_key
from wallet.models import Order
from wallet.money_back import move, worth_of_coins

PROMOTIONAL = "coins.promotional"


def grant(*, holder: int, coins: int, key: str, coin_value_micro: int, currency: str) -> Operation:
    """This will give `coins` to a holder, paid for by `marketing` at base value, so that what they buy is backed."""
    assert coins > 0
    worth = worth_of_coins(coins, coin_value_micro)
    return Operation(
        holder=holder,
        key=key,
        kind="bonus",
        request_hash=books.request_hash("bonus", coins),
        transfers=[
            Transfer(COIN, Ref(PLATFORM, PROMOTIONAL), Ref(holder, "coins"), coins),
            *move(currency, "marketing", "coin.float", worth),
        ],
    )


def bonus_key(order: Order) -> str:
    """The business key of an order's bonus."""
    return f"{order_key(order)}:bonus"


def order_bonus(order: Order, holder: int, coins: int) -> Operation:
    """The bonus of an order. Post it in one batch with its recharge, right after it: the lots then are neighbours."""
    return grant(
        holder=holder,
        coins=coins,
        key=bonus_key(order),
        coin_value_micro=order.coin_value_micro,
        currency=order.settlement_currency,
    )
