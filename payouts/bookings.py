"""The ledger operations of a cash-out: which amounts move where, and the keys that make each happen once."""

from datetime import datetime

from ledger import books
from ledger.books import PLATFORM, Operation, Posted, Ref, Transfer
from payouts.models import Payout, PayoutQuote

AVAILABLE = "diamonds.available"
RESERVED = "diamonds.reserved"
PENDING_PREFIX = "diamonds.pending/"
DIAMOND = "DIAMOND"


def reserve(payout: Payout, *, now: datetime) -> Posted:
    """Set the diamonds aside and promise the net to the bank.

    Raises:
        Insufficient: fewer diamonds are available; nothing was booked.
        AccountFrozen: the creator's account is frozen; nothing was booked.
    """
    holder = payout.creator.ledger_id
    money = [
        (_platform("creator.payable"), _platform("revenue.fees"), payout.fee_minor),
        (_platform("creator.payable"), _platform("payout.clearing"), payout.net_minor),
    ]
    diamonds = Transfer(DIAMOND, Ref(holder, AVAILABLE), Ref(holder, RESERVED), payout.diamond_units)
    return _post(payout, "reserve", holder, [diamonds], money, now, payer=Ref(holder, AVAILABLE))


def transferred(payout: Payout, *, now: datetime) -> Posted:
    """The provider confirmed the transfer: the net left our balance there."""
    money = [(_platform("payout.clearing"), _platform("provider.cash"), payout.net_minor)]
    return _post(payout, "transfer", PLATFORM, [], money, now)


def paid(payout: Payout, *, now: datetime) -> Posted:
    """The bank has the money: the diamonds are gone for good, or until the bank sends it back."""
    holder = payout.creator.ledger_id
    diamonds = Transfer(DIAMOND, Ref(holder, RESERVED), _platform("diamonds.paid"), payout.diamond_units)
    return _post(payout, "paid", holder, [diamonds], [], now)


def release(payout: Payout, *, now: datetime) -> Posted:
    """Undo the reserve of a cash-out of which no money was ever moved at the provider."""
    holder = payout.creator.ledger_id
    diamonds = Transfer(DIAMOND, Ref(holder, RESERVED), Ref(holder, AVAILABLE), payout.diamond_units)
    return _post(payout, "release", holder, [diamonds], _back_to_payable(payout), now)


def returned(payout: Payout, *, had_been_paid: bool, now: datetime) -> Posted:
    """The transfer was reversed: diamonds, money and fee are as before the cash-out."""
    holder = payout.creator.ledger_id
    source = _platform("diamonds.paid") if had_been_paid else Ref(holder, RESERVED)
    diamonds = Transfer(DIAMOND, source, Ref(holder, AVAILABLE), payout.diamond_units)
    money = [(_platform("provider.cash"), _platform("payout.clearing"), payout.net_minor)]
    return _post(payout, "return", holder, [diamonds], [*money, *_back_to_payable(payout)], now)


def key(payout_id: object, step: str) -> str:
    """The business key of one step."""
    return f"payout:{payout_id}:{step}"


def request_hash(quote: PayoutQuote) -> bytes:
    """What a cash-out request asks for: decides between a replay and a conflict."""
    return books.request_hash("payout", str(quote.id))


def _platform(code: str) -> Ref:
    return Ref(PLATFORM, code)


def _back_to_payable(payout: Payout) -> list[tuple[Ref, Ref, int]]:
    return [
        (_platform("payout.clearing"), _platform("creator.payable"), payout.net_minor),
        (_platform("revenue.fees"), _platform("creator.payable"), payout.fee_minor),
    ]


def _post(
    payout: Payout,
    step: str,
    holder: int,
    diamonds: list[Transfer],
    money: list[tuple[Ref, Ref, int]],
    now: datetime,
    payer: Ref | None = None,
) -> Posted:
    transfers = diamonds + [
        Transfer(payout.currency, debit, credit, amount) for debit, credit, amount in money if amount
    ]
    operation = Operation(
        holder=holder,
        key=key(payout.id, step),
        kind=KINDS[step],
        request_hash=books.request_hash("payout", str(payout.id), step),
        transfers=transfers,
        payer=payer,
    )
    return books.post_one(operation, now=now)


KINDS = {
    "reserve": "payout_reserve",
    "transfer": "payout_transfer",
    "paid": "payout_paid",
    "release": "payout_release",
    "return": "payout_return",
}
