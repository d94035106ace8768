"""Coins of lots, as parts: which are in both, in one and not in the other, the first, the last. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from ledger.books import LotPart


def share(amount: int, coins: int, first: int, number: int) -> int:
    """What of `amount`, spread over `coins`, falls to `number` of them from the one numbered `first` on.

    Coin k gets ⌊amount × (k + 1) ÷ coins⌋ − ⌊amount × k ÷ coins⌋: whole numbers that add up to `amount` exactly,
    however the coins are grouped.
    """
    return amount * (first + number) // coins - amount * first // coins


def count(parts: Iterable[LotPart]) -> int:
    """How many coins these are."""
    return sum(part.coins for part in parts)


def slice_of(parts: Iterable[LotPart], first: int, coins: int) -> list[LotPart]:
    """`coins` of the coins, in order, from their number `first` on; fewer if there are fewer."""
    found: list[LotPart] = []
    for part in parts:
        skipped = min(first, part.coins)
        taken = min(part.coins - skipped, coins)
        if taken:
            found.append(LotPart(part.lot, part.first + skipped, taken))
        first, coins = first - skipped, coins - taken
    return found


def last_of(parts: Sequence[LotPart], coins: int) -> list[LotPart]:
    """The last `coins` of the coins; all if there are fewer."""
    return slice_of(parts, max(0, count(parts) - coins), coins)


def common_part(one: LotPart, other: LotPart) -> LotPart | None:
    """The coins that are in both."""
    first = max(one.first, other.first)
    end = min(one.first + one.coins, other.first + other.coins)
    return LotPart(one.lot, first, end - first) if one.lot == other.lot and first < end else None


def without(parts: Iterable[LotPart], others: Iterable[LotPart]) -> list[LotPart]:
    """The coins that are in `parts` and not in `others`, in order."""
    left = list(parts)
    for other in others:
        left = [piece for part in left for piece in _minus(part, other)]
    return left


def merged(parts: Iterable[LotPart]) -> list[LotPart]:
    """The same coins by lot and number, neighbours in one part."""
    found: list[LotPart] = []
    for part in sorted(parts):
        last = found[-1] if found else None
        if last and last.lot == part.lot and last.first + last.coins == part.first:
            found[-1] = LotPart(last.lot, last.first, last.coins + part.coins)
        else:
            found.append(part)
    return found


def _minus(part: LotPart, other: LotPart) -> Iterator[LotPart]:
    common = common_part(part, other)
    if common is None:
        yield part
        return
    if before := common.first - part.first:
        yield LotPart(part.lot, part.first, before)
    if after := part.first + part.coins - common.first - common.coins:
        yield LotPart(part.lot, common.first + common.coins, after)
