"""What one fan's history must look like if the house settled one gift after the other: a model without a database.

An account's operations have ascending ids because ids are handed out under its lock; so the order of the ids is the
order in which things happened, and everything a client saw must fit into it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from prove.files import Said

NEVER = float("inf")


@dataclass(frozen=True)
class Gift:
    """A gift as the database holds it."""

    id: int
    holder: int
    key: str
    sender_id: int
    room: str
    gift: str
    quantity: int
    coins: int
    diamond_units: int
    balance: int


def wallet_findings(opening: int, gifts: Sequence[Gift], said: Iterable[Said]) -> Iterator[str]:
    """One sentence for each thing in a fan's history that no order of one gift after the other explains.

    `gifts` by ascending id; `said` is everything the fan's clients were told.
    """
    told = list(said)
    left = list(accumulate((-gift.coins for gift in gifts), initial=opening))
    for gift, balance in zip(gifts, left[1:], strict=True):
        if gift.balance != balance:
            yield f"operation {gift.id} ({gift.key}): it answers {gift.balance} coins left, one by one {balance}"
    if left[-1] < 0:
        yield f"holder {gifts[-1].holder}: {-left[-1]} coins more were spent than there were"
    yield from _overtakings(gifts, told)
    yield from _refusals(gifts, left, told)


def _overtakings(gifts: Sequence[Gift], told: Sequence[Said]) -> Iterator[str]:
    """A gift that was answered before an earlier one was even asked for."""
    asked, answered = _windows(told)
    latest_asked = 0.0
    for gift in gifts:
        if answered.get(gift.key, NEVER) < latest_asked:
            yield f"operation {gift.id} ({gift.key}): it was answered before an earlier operation was asked for"
        latest_asked = max(latest_asked, asked.get(gift.key, 0.0))


def _refusals(gifts: Sequence[Gift], left: Sequence[int], told: Sequence[Said]) -> Iterator[str]:
    """A refusal for want of coins that names a balance which the fan did not have while it was decided."""
    asked, answered = _windows(told)
    done = sorted((answered.get(gift.key, NEVER), place + 1) for place, gift in enumerate(gifts))
    done_most = list(accumulate((place for _, place in done), max))
    begun = sorted(((asked.get(gift.key, 0.0), place) for place, gift in enumerate(gifts)), reverse=True)
    begun_at = [-at for at, _ in begun]
    begun_least = list(accumulate((place for _, place in begun), min))
    places = {balance: place for place, balance in enumerate(left)}
    for one in told:
        if one.code != "insufficient_coins":
            continue
        balance = one.answer.get("balance", -1)
        place = places.get(balance)
        before = bisect_left(done, (one.last_asked_at, -1))
        after = bisect_left(begun_at, -one.answered_at)
        least = done_most[before - 1] if before else 0
        most = begun_least[after - 1] if after else len(gifts)
        if place is None or not least <= place <= most:
            yield f"key {one.key}: it was refused with {balance} coins left, which the fan did not have then"
        elif balance >= one.coins:
            yield f"key {one.key}: {balance} coins were too few for {one.coins}"


def _windows(told: Sequence[Said]) -> tuple[dict[str, float], dict[str, float]]:
    """By key: when it was first asked, and when it was first answered by a gift."""
    asked: dict[str, float] = {}
    answered: dict[str, float] = {}
    for one in told:
        asked[one.key] = min(asked.get(one.key, NEVER), one.asked_at)
        if one.status == 201:
            answered[one.key] = min(answered.get(one.key, NEVER), one.answered_at)
    return asked, answered


def heard_findings(
    stream: str, log: Sequence[tuple[int, str, int]], heard: Sequence[Sequence[object]]
) -> Iterator[str]:
    """One sentence if a listener did not hear the stream as it is: each event once, in order, none missing."""
    numbers = [int(str(number)) for number, *_ in heard]
    wrong = next((place for place, number in enumerate(numbers) if number != place + 1), None)
    if wrong is not None:
        yield f"{stream}: a listener heard number {numbers[wrong]} where {wrong + 1} was next"
    elif len(numbers) != len(log):
        yield f"{stream}: a listener heard {len(numbers)} events, the log holds {len(log)}"
    else:
        told = [tuple(one) for one in heard]
        yield from (
            f"{stream}: number {a[0]} was heard as {b}, the log says {a}"
            for a, b in zip(log, told, strict=True)
            if a != b
        )
