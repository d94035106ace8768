"""What a disputed order may still get back from the gifts it paid for: diamonds that are not mature yet."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from gifts.models import SentGift
from ledger import books, lots, record
from ledger.books import DIAMOND, LotPart, Ref, Transfer
from ledger.lotparts import share
from ledger.lots import Funding, Line

HOLD = "dispute_hold"
HELD = "diamonds.held"


@dataclass(frozen=True)
class Claim:
    """Coins of a gift that the order paid for, and the diamonds that they became."""

    part: LotPart
    creator: int  # ledger holder
    matures_on: date
    units: int

    @property
    def pending(self) -> Ref:
        return pending(self.creator, self.matures_on)


def pending(creator: int, matures_on: date) -> Ref:
    """The account of a creator's diamonds that mature on this day."""
    return Ref(creator, f"diamonds.pending/{matures_on}")


def latest_claims(
    line: Line, parts: Iterable[LotPart], *, sender_id: int, most: int, today: date
) -> list[Claim]:
    """The claims on at most `most` of the spent `parts`: on the latest gifts first, in a gift on its last coins.

    Matured diamonds are out of reach. Locks the creators' pending and held diamonds: what was found stays.
    """
    found = lots.spends_of(line, parts)
    gifts = _unmatured(found, sender_id, today) if most > 0 else {}
    reachable = _locked_and_there(gifts.values())
    claims = []
    for funding in reversed(found):
        sent = gifts.get(funding.spend)
        coins = min(most, funding.part.coins)
        if sent and coins > 0 and pending(sent.creator.ledger_id, sent.matures_on) in reachable:
            claims.append(_claim(sent, funding, coins))
            most -= coins
    return claims


def to_held(claims: Iterable[Claim]) -> list[Transfer]:
    """One transfer for each creator and day."""
    units: dict[Ref, int] = defaultdict(int)
    for claim in claims:
        units[claim.pending] += claim.units
    return [Transfer(DIAMOND, ref, Ref(ref.holder, HELD), amount) for ref, amount in sorted(units.items())]


def claimed(line: Line, *, besides: str = "") -> list[LotPart]:
    """Spent coins that disputes hold or got cancelled, leaving out the dispute whose hold has the key `besides`."""
    return [
        part
        for taking in line.takings
        if taking.kind == HOLD and taking.key != besides
        if taking.claimed and not record.find(line.holder, outcome_key(taking.key, "won"))
        for part in taking.claimed
    ]


def held_open(line: Line) -> list[LotPart]:
    """Spent coins of disputes that are not decided yet."""
    return [
        part
        for taking in line.takings
        if taking.kind == HOLD and taking.claimed
        if not any(record.find(line.holder, outcome_key(taking.key, end)) for end in ("won", "lost"))
        for part in taking.claimed
    ]


def outcome_key(hold_key: str, outcome: str) -> str:
    """The key under which the dispute with this hold is won or lost."""
    return f"{hold_key.removesuffix(':hold')}:{outcome}"


def units_of(sent: SentGift, first: int, coins: int) -> int:
    """The diamonds that a gift's coins became, from its coin number `first` on."""
    return share(sent.diamond_units, sent.coins, first, coins)


def _claim(sent: SentGift, funding: Funding, coins: int) -> Claim:
    skipped = funding.part.coins - coins
    part = LotPart(funding.part.lot, funding.part.first + skipped, coins)
    return Claim(
        part, sent.creator.ledger_id, sent.matures_on, units_of(sent, funding.first + skipped, coins)
    )


def _unmatured(found: list[Funding], sender_id: int, today: date) -> dict[int, SentGift]:
    if not found:
        return {}
    gifts = SentGift.objects.filter(
        sender_id=sender_id, id__range=(found[0].spend, found[-1].spend), matures_on__gt=today
    ).select_related("creator")
    wanted = {funding.spend for funding in found}
    return {sent.pk: sent for sent in gifts.iterator() if sent.pk in wanted}


def _locked_and_there(gifts: Iterable[SentGift]) -> set[Ref]:
    """Pending accounts that still hold something: on the day's turn, maturity may have moved the whole balance."""
    refs = {pending(sent.creator.ledger_id, sent.matures_on) for sent in gifts}
    held = {Ref(ref.holder, HELD) for ref in refs}
    return set(_with_balance(sorted(refs | held))) & refs if refs else set()


def _with_balance(refs: list[Ref]) -> Iterator[Ref]:
    for row in books.lock(refs):
        if row.balance > 0:
            yield Ref(row.holder, row.code)
