"""Giving up what is left: the one door for coins and diamonds, whichever floor keeps them."""

from datetime import datetime

from accounts.models import User
from ledger.books import COIN, DIAMOND
from payouts.services.giving_up import give_up_diamonds
from wallet.services.giving_up import give_up_coins


def give_up(*, user: User, unit: str, amount: int, key: str, now: datetime) -> int:
    """Give up all of `user`'s coins, or their diamonds (hundredths) that are too few to be cashed out.

    Raises:
        OtherAmountLeft, OtherDiamondsLeft, CashOutInstead, KeyReused, AccountFrozen: nothing was changed.
    """
    assert unit in (COIN, DIAMOND), unit
    if unit == COIN:
        return give_up_coins(user=user, coins=amount, key=key, now=now)
    return give_up_diamonds(user=user, units=amount, key=key, now=now)
