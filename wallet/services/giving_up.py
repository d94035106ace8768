"""A person gives up the coins they have left, for instance before they close their account."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from accounts.services import record_security_event
from ledger import books, lots, record
from ledger.books import COIN, PLATFORM, Operation, Ref, Transfer
from ledger.lotparts import count
from ledger.retry import in_transaction
from wallet import rates
from wallet.errors import OtherAmountLeft
from wallet.money_back import move, worth_of_coins

BREAKAGE = "breakage"
KIND = "breakage"


def give_up_coins(*, user: User, coins: int, key: str, now: datetime) -> int:
    """Give up all of `user`'s coins, which must be exactly `coins`, once per `key`; how many it were.

    They are worth nothing to anybody afterwards: their value goes from `coin.float` to `breakage` (docs/ledger.md).
    Coins held in a dispute are not among them. Opens its own transaction.

    Raises:
        OtherAmountLeft: another number of coins is there, or none; `coins` says how many. Nothing was changed.
        KeyReused, AccountFrozen: nothing was changed.
    """
    return in_transaction(lambda: _give_up(user, coins, key, now))


def _give_up(user: User, coins: int, key: str, now: datetime) -> int:
    holder = user.ledger_id
    asked = books.request_hash("give_up_coins", coins)
    line = lots.lock(holder)
    if record.find(holder, _key(key), asked):
        return coins
    left = line.unspent([lot.whole for lot in line.lots])
    if coins < 1 or coins != count(left):
        raise OtherAmountLeft(f"You have {count(left):,} coins, not {coins:,}.", coins=count(left))
    in_force = rates.in_force(now)
    worth = worth_of_coins(coins, in_force.coin_value_micro)
    operation = Operation(
        holder=holder,
        key=_key(key),
        kind=KIND,
        request_hash=asked,
        transfers=[
            Transfer(COIN, Ref(holder, lots.COINS), Ref(PLATFORM, BREAKAGE), coins),
            *move(in_force.currency, "coin.float", BREAKAGE, worth),
        ],
        payer=Ref(holder, lots.COINS),
        lot=left[0].lot,
        origin=left,
    )
    books.post_one(operation, now=now)
    record_security_event(user=user, kind="coins_given_up", now=timezone.now(), coins=coins)
    return coins


def _key(key: str) -> str:
    return f"given_up:{key}:coins"
