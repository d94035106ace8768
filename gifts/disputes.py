"""A disputed order, as the books see it: what is still there is held, then lost or given back (docs/ledger.md).

Each call runs in the caller's transaction (`ledger.retry.in_transaction`), answers a repeat of itself as the first
time, and names the dispute by the caller's `reference`. Amounts are in the order's currency. An inquiry moves
nothing: there is no call for it. Neither fan nor creator ever owes anything for a dispute; matured and paid diamonds
are not touched.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from gifts.claims import HELD as DIAMONDS_HELD
from gifts.claims import HOLD, claimed, latest_claims, pending, to_held, units_of
from gifts.errors import DisputeDecided
from gifts.models import SentGift
from ledger import books, lots, record
from ledger.books import COIN, DIAMOND, PLATFORM, LotPart, Operation, Ref, Transfer
from ledger.lotparts import count, last_of, merged, without
from ledger.lots import COINS, HELD, Taking
from ledger.record import Recorded
from wallet.bonuses import PROMOTIONAL
from wallet.lots import OrderLots, lock_order
from wallet.models import Order
from wallet.money_back import (
    Worth,
    coins_for,
    give_back,
    in_settlement,
    leave_provider,
    move,
    tax_in,
    worth_of_coins,
    worth_of_gifts,
)
from wallet.rates import in_force

CLEARING = "dispute.clearing"
PENDING_PREFIX = "diamonds.pending/"


@dataclass(frozen=True)
class Held:
    """What a dispute set aside. What it is about beyond that was matured or gone before: the platform's loss."""

    coins: int  # paid ones, not spent
    bonus_coins: int  # of the order's bonus, not spent
    gift_coins: int  # spent on gifts whose diamonds were not mature
    diamond_units: int


@dataclass(frozen=True)
class Touched:
    """What a dispute set aside of one gift."""

    gift: SentGift
    coins: int
    diamond_units: int


@dataclass(frozen=True)
class Booked:
    """What the provider took or gave back, as it says: in minor units of `currency`, `fee_minor` on top.

    The fee is the platform's. Where money comes back, `fee_minor` is what comes back of it; below zero: it costs.
    """

    currency: str
    amount_minor: int
    fee_minor: int


NOTHING = Held(0, 0, 0, 0)


def hold(order: Order, *, holder: int, amount_minor: int, reference: str, now: datetime) -> Held:
    """Set aside what `amount_minor` of the order's price stands for: ⌈coins × amount ÷ price⌉ coins, at most all.

    Unspent coins first; then diamonds that the order's coins paid for and that are unmatured now, of the latest gifts
    first. Of the order's unspent bonus, the same part.

    Raises:
        KeyReused: `reference` stands for a dispute of another order or amount.
    """
    found = lock_order(order, holder)
    asked = books.request_hash(HOLD, order.pk, amount_minor)
    if done := record.find(holder, _key(reference, "hold"), asked):
        return _held(found, done)
    wanted = coins_for(order, amount_minor)
    coins = last_of(found.unspent, wanted)
    bonus = last_of(found.unspent_bonus, -(-count(found.bonus) * wanted // order.coins))
    claims = latest_claims(
        found.line,
        without(found.paid, claimed(found.line)),
        sender_id=order.user_id,
        most=wanted - count(coins),
        today=now.date(),
    )
    aside = count(coins) + count(bonus)
    transfers = [Transfer(COIN, Ref(holder, COINS), Ref(holder, HELD), aside)] if aside else []
    transfers += to_held(claims)
    if not transfers:
        return NOTHING
    origin = [*coins, *bonus, *merged(claim.part for claim in claims)]
    operation = Operation(
        holder, _key(reference, "hold"), HOLD, asked, transfers, lot=found.paid_lot, origin=origin
    )
    books.post_one(operation, now=now)
    units = sum(claim.units for claim in claims)
    return Held(count(coins), count(bonus), sum(claim.part.coins for claim in claims), units)


def lost(order: Order, *, holder: int, amount_minor: int, reference: str, now: datetime) -> None:
    """The buyer's bank kept the money: what was held is taken back, what was not recovered is the platform's loss.

    Holds first, if nobody did.

    Raises:
        DisputeDecided: it was won.
        KeyReused: `reference` stands for a dispute of another order or amount.
    """
    hold(order, holder=holder, amount_minor=amount_minor, reference=reference, now=now)
    found = lock_order(order, holder)
    asked = books.request_hash("dispute_lost", order.pk, amount_minor)
    if record.find(holder, _key(reference, "lost"), asked):
        return
    _require_undecided(holder, reference, "won")
    done = record.find(holder, _key(reference, "hold"))
    held = _held(found, done) if done else NOTHING
    transfers = [
        *_coins_out(order, holder, held),
        *(_diamonds_out(done) if done else []),
        *_money_out(order, found, held, amount_minor, _key(reference, "hold"), now),
    ]
    operation = Operation(
        holder, _key(reference, "lost"), "dispute_lost", asked, transfers, lot=found.paid_lot
    )
    books.post_one(operation, now=now)


def won(order: Order, *, holder: int, reference: str, now: datetime) -> None:
    """The dispute is over and nothing was owed: coins come back as a new lot, diamonds to where they would be by now.

    Raises:
        DisputeDecided: it was lost.
    """
    found = lock_order(order, holder)
    _require_undecided(holder, reference, "lost")
    done = record.find(holder, _key(reference, "hold"))
    if done is None:
        return  # it held nothing
    aside = done.moved(COIN, debit=COINS)
    transfers = [Transfer(COIN, Ref(holder, HELD), Ref(holder, COINS), aside)] if aside else []
    transfers += _diamonds_back(done, now.date())
    operation = Operation(
        holder,
        _key(reference, "won"),
        "dispute_won",
        books.request_hash("dispute_won", order.pk),
        transfers,
        origin=_taking(found, done).taken or None,
    )
    books.post_one(operation, now=now)


def withdrawn(order: Order, *, amount_minor: int, booked: Booked, reference: str, now: datetime) -> None:
    """The provider took `amount_minor` (in the order's currency) from our balance: `booked`, as it says."""
    _post_money(reference, "withdrawn", _leaving(order, amount_minor, booked), now)


def reinstated(order: Order, *, amount_minor: int, booked: Booked, reference: str, now: datetime) -> None:
    """The provider gave `amount_minor` (in the order's currency) back: `booked`, as it says."""
    coming = record.reversed_transfers(_leaving(order, amount_minor, booked))
    _post_money(reference, "reinstated", coming, now)


def touched(order: Order, *, holder: int, reference: str) -> list[Touched]:
    """The gifts whose diamonds this dispute's hold set aside, oldest first; none if it held none. From the books."""
    done = record.find(holder, _key(reference, "hold"))
    if done is None:
        return []
    found = lock_order(order, holder)
    fundings = lots.spends_of(found.line, _taking(found, done).claimed)
    gifts = SentGift.objects.select_related("creator").in_bulk({funding.spend for funding in fundings})
    coins: dict[int, int] = defaultdict(int)
    units: dict[int, int] = defaultdict(int)
    for funding in fundings:
        coins[funding.spend] += funding.part.coins
        units[funding.spend] += units_of(gifts[funding.spend], funding.first, funding.part.coins)
    assert sum(units.values()) == done.moved(DIAMOND), f"dispute {reference}: {units}"
    return [Touched(gifts[spend], coins[spend], units[spend]) for spend in sorted(coins)]


def _held(found: OrderLots, done: Recorded) -> Held:
    taking = _taking(found, done)
    paid = count(part for part in found.line.roots(taking.taken) if part.lot == found.paid_lot)
    return Held(
        coins=paid,
        bonus_coins=count(taking.taken) - paid,
        gift_coins=count(taking.claimed),
        diamond_units=done.moved(DIAMOND),
    )


def _taking(found: OrderLots, done: Recorded) -> Taking:
    return next(taking for taking in found.line.takings if taking.id == done.id)


def _coins_out(order: Order, holder: int, held: Held) -> list[Transfer]:
    """Held coins to where they came from; a bonus was marketing's money."""
    unit = order.settlement_currency
    moves = [("coins.issued", held.coins), (PROMOTIONAL, held.bonus_coins)]
    return [
        *(Transfer(COIN, Ref(holder, HELD), Ref(PLATFORM, code), coins) for code, coins in moves if coins),
        *move(unit, "coin.float", "marketing", worth_of_coins(held.bonus_coins, order.coin_value_micro)),
    ]


def _diamonds_out(done: Recorded) -> list[Transfer]:
    units: dict[int, int] = defaultdict(int)
    for transfer in done.transfers:
        if transfer.unit == DIAMOND:
            units[transfer.credit.holder] += transfer.amount
    issued = Ref(PLATFORM, "diamonds.issued")
    return [Transfer(DIAMOND, Ref(holder, DIAMONDS_HELD), issued, units[holder]) for holder in sorted(units)]


def _diamonds_back(done: Recorded, today: date) -> list[Transfer]:
    return [
        Transfer(DIAMOND, transfer.credit, _where_they_would_be(transfer.debit, today), transfer.amount)
        for transfer in done.transfers
        if transfer.unit == DIAMOND
    ]


def _where_they_would_be(ref: Ref, today: date) -> Ref:
    matures_on = date.fromisoformat(ref.code.removeprefix(PENDING_PREFIX))
    return pending(ref.holder, matures_on) if matures_on > today else Ref(ref.holder, "diamonds.available")


def _money_out(
    order: Order, found: OrderLots, held: Held, amount_minor: int, hold_key: str, now: datetime
) -> list[Transfer]:
    rates = in_force(now)
    settlement = in_settlement(order, amount_minor)
    net = settlement - tax_in(order, settlement)
    wanted = min(coins_for(order, amount_minor), _there_before(found, held, hold_key))
    unrecovered = max(wanted - held.coins - held.gift_coins, 0)
    payable, share = worth_of_gifts(
        held.gift_coins,
        held.diamond_units,
        coin_value_micro=order.coin_value_micro,
        diamond_value_micro=rates.diamond_value_micro,
    )
    worth = Worth(worth_of_coins(held.coins, order.coin_value_micro), payable, share)
    loss = net * unrecovered // wanted if wanted else net
    return give_back(order, settlement, worth, clearing=CLEARING, loss_minor=loss)


def _there_before(found: OrderLots, held: Held, hold_key: str) -> int:
    """The order's coins that were not taken back by something else before: held, still there, or spent."""
    spent = [stretch.part for stretch in found.line.spent_stretches(found.paid)]
    elsewhere: list[LotPart] = claimed(found.line, besides=hold_key)
    return held.coins + count(found.unspent) + count(without(spent, elsewhere))


def _require_undecided(holder: int, reference: str, other: str) -> None:
    if record.find(holder, _key(reference, other)):
        raise DisputeDecided


def _leaving(order: Order, amount_minor: int, booked: Booked) -> list[Transfer]:
    """What a withdrawal posts. Where the provider kept the buyer's currency, `fx` closes the position there."""
    unit, promised = order.settlement_currency, in_settlement(order, amount_minor)
    if booked.currency == unit:
        return [
            *leave_provider(order, promised, booked.amount_minor, clearing=CLEARING),
            *_fee(unit, "provider.cash", booked.fee_minor),
        ]
    assert booked.currency == order.currency, booked
    return [
        *move(unit, CLEARING, "fx", promised),
        *move(booked.currency, "fx", "provider.cash", booked.amount_minor),
        *move(booked.currency, "fx", "provider.cash", booked.fee_minor),
        *move(booked.currency, "provider.cash", "fx", -booked.fee_minor),
        *_fee(unit, "fx", _signed_in_settlement(order, booked.fee_minor)),
    ]


def _fee(unit: str, to: str, fee_minor: int) -> list[Transfer]:
    return [
        *move(unit, "expense.provider", to, fee_minor),
        *move(unit, to, "expense.provider", -fee_minor),
    ]


def _signed_in_settlement(order: Order, amount_minor: int) -> int:
    converted = in_settlement(order, abs(amount_minor))
    return converted if amount_minor >= 0 else -converted


def _post_money(reference: str, step: str, transfers: list[Transfer], now: datetime) -> None:
    if not transfers:
        return
    asked = books.request_hash("dispute", step, transfers)
    books.post_one(Operation(PLATFORM, _key(reference, step), f"dispute_{step}", asked, transfers), now=now)


def _key(reference: str, step: str) -> str:
    return f"dispute:{reference}:{step}"
