"""Refunding an order, as the books see it: coins go, money is promised, then it leaves; or everything comes back.

Each call runs in the caller's transaction (`ledger.retry.in_transaction`), answers a repeat of itself as the first
time, and names the refund by the caller's `reference`. Asking the provider, pages and mails are the journey's.
"""

from dataclasses import dataclass
from datetime import datetime

from ledger import books, lots, record
from ledger.books import COIN, Operation, Ref, Transfer
from ledger.lotparts import count, last_of
from ledger.lots import COINS, Taking
from ledger.record import Recorded
from wallet.bonuses import PROMOTIONAL
from wallet.errors import TooFewCoinsLeft
from wallet.lots import OrderLots, lock_order
from wallet.models import Order
from wallet.money_back import (
    Worth,
    coins_for,
    give_back,
    in_settlement,
    leave_provider,
    leave_unconverted,
    move,
    tax_in,
    worth_of_coins,
)
from wallet.units import MICRO

CLEARING = "refund.clearing"
KIND = "refund"
OUTSIDE = "refund_outside"  # made at the provider: the amount is given, the coins follow from it


@dataclass(frozen=True)
class Refund:
    """What a refund takes and gives. `withheld_minor` is the base value of a bonus that was spent."""

    coins: int
    bonus_coins: int  # unspent ones, void now
    amount_minor: int  # to the buyer, in the order's currency
    settlement_minor: int  # the same in the books
    withheld_minor: int  # in the settlement currency


@dataclass(frozen=True)
class TakenBack:
    """What a refund made at the provider took. `unrecovered_coins` were spent before: the platform's loss."""

    coins: int
    bonus_coins: int
    unrecovered_coins: int


def quote(order: Order, *, holder: int, coins: int) -> Refund:
    """What refunding `coins` of the order would give now. Locks the buyer's coins: the answer holds to the commit.

    Raises:
        TooFewCoinsLeft: fewer of the order's coins are unspent; `coins` says how many.
    """
    return _quote(order, lock_order(order, holder), coins)


def refund(order: Order, *, holder: int, coins: int, reference: str, now: datetime) -> Refund:
    """Take `coins` unspent coins of the order back and promise their price, ⌊price × coins ÷ the order's coins⌋.

    The order's unspent bonus is void first; a spent one lowers the amount by its base value, once per order.

    Raises:
        TooFewCoinsLeft: nothing was changed.
        KeyReused: `reference` stands for another refund.
    """
    asked = books.request_hash(KIND, order.pk, coins)
    found = lock_order(order, holder)
    if done := record.find(holder, _key(reference), asked):
        return _answer(order, done, record.find(holder, _bonus_key(reference)))
    given = _quote(order, found, coins)
    operations = [_refund(order, found, given, holder=holder, reference=reference, asked=asked)]
    if given.bonus_coins:
        operations.insert(0, _void_bonus(order, found, holder=holder, reference=reference))
    for operation in operations:
        books.post_one(operation, now=now)
    return given


def refund_outside(
    order: Order, *, holder: int, amount_minor: int, reference: str, now: datetime
) -> TakenBack:
    """Book a refund that was made at the provider: take back the coins that `amount_minor` of the price stands for.

    As many of them as are unspent, and the unspent bonus; the net price of the others is the platform's loss.

    Raises:
        KeyReused: `reference` stands for another refund.
    """
    asked = books.request_hash(OUTSIDE, order.pk, amount_minor)
    found = lock_order(order, holder)
    wanted = coins_for(order, amount_minor)
    if done := record.find(holder, _key(reference), asked):
        void = record.find(holder, _bonus_key(reference))
        coins = done.moved(COIN, debit=COINS)
        return TakenBack(coins, void.moved(COIN, debit=COINS) if void else 0, wanted - coins)
    coins = min(wanted, count(found.unspent))
    taken = TakenBack(coins, count(found.unspent_bonus), wanted - coins)
    operations = [
        _outside(order, found, taken, amount_minor, holder=holder, reference=reference, asked=asked)
    ]
    if taken.bonus_coins:
        operations.insert(0, _void_bonus(order, found, holder=holder, reference=reference))
    for operation in operations:
        books.post_one(operation, now=now)
    return taken


def refund_paid(
    order: Order, *, holder: int, reference: str, booked_minor: int | None, now: datetime, currency: str = ""
) -> None:
    """The provider took the money from our balance there: `booked_minor` of the settlement currency, as it says.

    None: exactly what was promised. A difference is the exchange rate's and goes to `fx`. `currency`: the one that
    the provider booked in, where it does not convert the order's.
    """
    done = record.find(holder, _key(reference))
    assert done is not None, "a refund is posted before it is paid"
    promised = _promised(order, done)
    booked = promised if booked_minor is None else booked_minor
    if currency in ("", order.settlement_currency):
        transfers = leave_provider(order, promised, booked, clearing=CLEARING)
    else:
        transfers = leave_unconverted(order, promised, currency, booked, clearing=CLEARING)
    if transfers:
        asked = books.request_hash("refund_paid", booked)
        books.post_one(
            Operation(books.PLATFORM, f"{_key(reference)}:paid", "refund_paid", asked, transfers), now=now
        )


def refund_failed(order: Order, *, holder: int, reference: str, now: datetime) -> None:
    """The refund failed: coins and bonus come back as new lots at the end of the line, all money as it was.

    Also after `refund_paid`: the provider gave the money back.
    """
    lots.lock(holder)
    done = record.find(holder, _key(reference))
    assert done is not None, "a refund is posted before it can fail"
    books.post_one(_undo(done, holder), now=now)
    if void := record.find(holder, _bonus_key(reference)):
        books.post_one(_undo(void, holder), now=now)
    if paid := record.find(books.PLATFORM, f"{_key(reference)}:paid"):
        books.post_one(_undo(paid, books.PLATFORM), now=now)


def _quote(order: Order, found: OrderLots, coins: int) -> Refund:
    left = count(found.unspent)
    if not 0 < coins <= left:
        raise TooFewCoinsLeft(coins=left)
    amount = order.gross_minor * coins // order.coins
    settlement = in_settlement(order, amount)
    owed = worth_of_coins(found.spent_bonus_coins, order.coin_value_micro) - _withheld_before(order, found)
    withheld = min(settlement, max(owed, 0))
    if withheld:
        settlement -= withheld
        amount = min(amount, settlement * MICRO // order.settlement_rate_micro)
    return Refund(coins, count(found.unspent_bonus), amount, settlement, withheld)


def _withheld_before(order: Order, found: OrderLots) -> int:
    """What earlier refunds of the order that stand withheld already."""
    return sum(_withheld(order, found, taking) for taking in found.line.takings if taking.kind == KIND)


def _withheld(order: Order, found: OrderLots, taking: Taking) -> int:
    holder = found.line.holder
    if taking.lot != found.paid_lot or record.find(holder, f"{taking.key}:failed"):
        return 0
    done = record.find(holder, taking.key)
    assert done is not None
    full = in_settlement(order, order.gross_minor * count(taking.taken) // order.coins)
    return full - _promised(order, done)


def _refund(
    order: Order, found: OrderLots, given: Refund, *, holder: int, reference: str, asked: bytes
) -> Operation:
    worth = Worth(worth_of_coins(given.coins, order.coin_value_micro))
    return Operation(
        holder=holder,
        key=_key(reference),
        kind=KIND,
        request_hash=asked,
        transfers=[
            Transfer(COIN, Ref(holder, COINS), Ref(books.PLATFORM, "coins.issued"), given.coins),
            *give_back(
                order, given.settlement_minor, worth, clearing=CLEARING, recovered_minor=given.withheld_minor
            ),
        ],
        lot=found.paid_lot,
        origin=last_of(found.unspent, given.coins),
    )


def _outside(
    order: Order,
    found: OrderLots,
    taken: TakenBack,
    amount_minor: int,
    *,
    holder: int,
    reference: str,
    asked: bytes,
) -> Operation:
    settlement = in_settlement(order, amount_minor)
    wanted = taken.coins + taken.unrecovered_coins
    loss = (settlement - tax_in(order, settlement)) * taken.unrecovered_coins // wanted
    worth = Worth(worth_of_coins(taken.coins, order.coin_value_micro))
    coins = [Transfer(COIN, Ref(holder, COINS), Ref(books.PLATFORM, "coins.issued"), taken.coins)]
    return Operation(
        holder=holder,
        key=_key(reference),
        kind=OUTSIDE,
        request_hash=asked,
        transfers=[
            *(coins if taken.coins else []),
            *give_back(order, settlement, worth, clearing=CLEARING, loss_minor=loss),
        ],
        lot=found.paid_lot if taken.coins else None,
        origin=last_of(found.unspent, taken.coins) or None,
    )


def _void_bonus(order: Order, found: OrderLots, *, holder: int, reference: str) -> Operation:
    parts = found.unspent_bonus
    coins = count(parts)
    worth = worth_of_coins(coins, order.coin_value_micro)
    return Operation(
        holder=holder,
        key=_bonus_key(reference),
        kind="bonus_void",
        request_hash=books.request_hash("bonus_void", order.pk),
        transfers=[
            Transfer(COIN, Ref(holder, COINS), Ref(books.PLATFORM, PROMOTIONAL), coins),
            *move(order.settlement_currency, "coin.float", "marketing", worth),
        ],
        lot=parts[0].lot,
        origin=parts,
    )


def _undo(done: Recorded, holder: int) -> Operation:
    return Operation(
        holder=holder,
        key=f"{done.key}:failed",
        kind="refund_failed",
        request_hash=books.request_hash("refund_failed"),
        transfers=record.reversed_transfers(done.transfers),
        origin=done.origin or None,
    )


def _answer(order: Order, done: Recorded, void: Recorded | None) -> Refund:
    """The refund as it was answered, read from what it posted."""
    coins = done.moved(COIN, debit=COINS)
    amount = order.gross_minor * coins // order.coins
    settlement = _promised(order, done)
    withheld = in_settlement(order, amount) - settlement
    if withheld:
        amount = min(amount, settlement * MICRO // order.settlement_rate_micro)
    return Refund(coins, void.moved(COIN, debit=COINS) if void else 0, amount, settlement, withheld)


def _promised(order: Order, done: Recorded) -> int:
    """What an operation left in the clearing account."""
    unit = order.settlement_currency
    return done.moved(unit, credit=CLEARING) - done.moved(unit, debit=CLEARING)


def _key(reference: str) -> str:
    return f"refund:{reference}"


def _bonus_key(reference: str) -> str:
    return f"refund:{reference}:bonus"
