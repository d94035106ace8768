"""Taking a gift back: the fan's coins come back as a new lot, the creator's unmatured diamonds are undone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from gifts.claims import claimed, held_open, pending, units_of
from gifts.errors import GiftDisputed, GiftMatured
from gifts.models import SentGift
from ledger import books, lots, record
from ledger.books import COIN, DIAMOND, PLATFORM, LotPart, Operation, Ref, Transfer
from ledger.errors import Insufficient
from ledger.lotparts import count, without
from ledger.lots import COINS, Line
from wallet.money_back import move, worth_of_gifts
from wallet.rates import in_force


@dataclass(frozen=True)
class Returned:
    """What came back of a gift: all of it, unless a lost dispute cancelled a part before."""

    coins: int
    diamond_units: int


def return_gift(sent: SentGift, *, now: datetime) -> Returned:
    """Give a gift's coins back to its sender, once. They pay for nothing sent before, and no budget comes back.

    Runs in the caller's transaction. In the books the coins keep what they were: a later dispute of the order that
    bought them follows them.

    Raises:
        GiftMatured: the creator's diamonds are their own by now.
        GiftDisputed: a bank is looking into the order that paid for it, or has taken all of it back.
    """
    holder = sent.sender.ledger_id
    line = lots.lock(holder)
    key = f"gift_return:{sent.pk}"  # "gift:" is followed by what the client chose
    if done := record.find(holder, key):
        return Returned(done.moved(COIN), done.moved(DIAMOND))
    parts, units = _returnable(line, sent, now.date())
    operation = Operation(
        holder=holder,
        key=key,
        kind="gift_return",
        request_hash=books.request_hash("gift_return", sent.pk),
        transfers=_transfers(sent, holder, count(parts), units, now),
        origin=parts,
    )
    try:
        books.post_one(operation, now=now)
    except Insufficient as moved:  # on the day's turn: maturity was first
        raise GiftMatured from moved
    return Returned(count(parts), units)


def _returnable(line: Line, sent: SentGift, today: date) -> tuple[list[LotPart], int]:
    if sent.matures_on <= today:
        raise GiftMatured
    funding = lots.funding(line, sent.pk)
    paid = [part.part for part in funding]
    if without(paid, held_open(line)) != paid:
        raise GiftDisputed
    gone = claimed(line)
    parts, units = [], 0
    for funded in funding:
        for part in without([funded.part], gone):
            parts.append(part)
            units += units_of(sent, funded.first + part.first - funded.part.first, part.coins)
    if not parts:
        raise GiftDisputed
    return parts, units


def _transfers(sent: SentGift, holder: int, coins: int, units: int, now: datetime) -> list[Transfer]:
    creator = pending(sent.creator.ledger_id, sent.matures_on)
    return [
        Transfer(COIN, Ref(PLATFORM, "coins.redeemed"), Ref(holder, COINS), coins),
        Transfer(DIAMOND, creator, Ref(PLATFORM, "diamonds.issued"), units),
        *_money(coins, units, now),
    ]


def _money(coins: int, units: int, now: datetime) -> Iterator[Transfer]:
    rates = in_force(now)
    payable, share = worth_of_gifts(
        coins,
        units,
        coin_value_micro=rates.coin_value_micro,
        diamond_value_micro=rates.diamond_value_micro,
    )
    yield from move(rates.currency, "creator.payable", "coin.float", payable)
    yield from move(rates.currency, "revenue.share", "coin.float", share)
    yield from move(rates.currency, "coin.float", "revenue.share", -share)
