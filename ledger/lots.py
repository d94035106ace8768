"""Lots without rows: which coins that came in paid for which spending, worked out from the journal when asked.

A fan's coins lie on a line, in the order of the operations that brought them. Each of those is a *lot*; a coin is
named by its lot and its number in it (0, 1, …). What is spent takes the line's coins from its beginning, one after
the other: `spent` says how many are gone, and an operation's place among the fan's spends says which. What is taken
back (a refund, a hold) leaves the line, and only coins that are not spent yet can, so that nothing ever moves under
an earlier spend. Coins that come back are a new lot at the end, whose `origin` names the coins that they were.

A taking names its lot in `lot` and, in `origin`, the coins it is about: first those that it takes from the account,
as many as its transfer moves; then spent ones that it claims at whoever got them. Without `origin` it takes its
lot's last.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from ledger import books
from ledger.books import COIN, LotPart, Ref
from ledger.lotparts import common_part, count, last_of, slice_of, without

COINS, HELD = "coins", "coins.held"


@dataclass(frozen=True, slots=True)
class Lot:
    """Coins that one operation brought. On the line are `spent` and `unspent` ones; `taken` ones left it again."""

    id: int  # of the operation
    kind: str
    source: str  # code of the account that gave them
    coins: int
    origin: tuple[LotPart, ...]  # what they were before, if they came back
    taken: int
    spent: int
    start: int  # its first position on the line
    end: int  # the position after its last

    @property
    def unspent(self) -> int:
        return self.coins - self.taken - self.spent

    @property
    def whole(self) -> LotPart:
        """All coins that it ever had."""
        return LotPart(self.id, 0, self.coins)


@dataclass(frozen=True, slots=True)
class Taking:
    """An operation that names a lot: the coins it took from the line, and the spent ones that it claims."""

    id: int
    key: str
    kind: str
    lot: int
    taken: tuple[LotPart, ...]
    claimed: tuple[LotPart, ...]


class Stretch(NamedTuple):
    """Neighbouring coins of one lot that stand on the line from position `start` on."""

    part: LotPart
    start: int

    @property
    def end(self) -> int:
        return self.start + self.part.coins


class Funding(NamedTuple):
    """`part` of a lot paid for the spend's coins from its coin number `first` on."""

    spend: int  # the operation
    first: int
    part: LotPart


@dataclass(frozen=True, slots=True)
class Line:
    """A holder's coins in order, as they were read at one moment. Pure: no method asks the database."""

    holder: int
    account_id: int
    spent: int
    lots: tuple[Lot, ...]
    takings: tuple[Taking, ...]
    stretches: tuple[Stretch, ...]  # what is on the line, in order

    def lot(self, lot_id: int) -> Lot:
        """The lot that this operation made."""
        return next(lot for lot in self.lots if lot.id == lot_id)

    def at(self, start: int, end: int) -> list[LotPart]:
        """The coins at positions `start` to `end` (not included), in order."""
        return [_cut(stretch, start, end) for stretch in self.stretches if _meet(stretch, start, end)]

    def now_at(self, parts: Iterable[LotPart]) -> list[LotPart]:
        """Where these coins are now: those that came back are found in their latest lot. Each coin once."""
        found = list(parts)
        for lot in self.lots:
            number = 0
            for source in lot.origin:
                moved = [common for part in found if (common := common_part(part, source))]
                found = without(found, moved)
                found += [LotPart(lot.id, number + part.first - source.first, part.coins) for part in moved]
                number += source.coins
        return found

    def roots(self, parts: Iterable[LotPart]) -> list[LotPart]:
        """What these coins were when they first came: the reverse of `now_at`."""
        return [root for part in parts for root in self._root(part)]

    def unspent(self, parts: Iterable[LotPart]) -> list[LotPart]:
        """Those of the coins that can still be spent or taken back, in the order of the line."""
        ahead = self.at(self.spent, self._length)
        wanted = list(parts)
        return [common for part in ahead for other in wanted if (common := common_part(part, other))]

    def spent_stretches(self, parts: Iterable[LotPart]) -> list[Stretch]:
        """Those of the coins that were spent, with their positions."""
        wanted = list(parts)
        return [
            Stretch(common, stretch.start + common.first - stretch.part.first)
            for stretch in self._behind()
            for other in wanted
            if (common := common_part(stretch.part, other))
        ]

    @property
    def _length(self) -> int:
        return self.stretches[-1].end if self.stretches else 0

    def _behind(self) -> Iterator[Stretch]:
        for stretch in self.stretches:
            if stretch.start < self.spent:
                yield Stretch(_cut(stretch, 0, self.spent), stretch.start)

    def _root(self, part: LotPart) -> list[LotPart]:
        origin = self.lot(part.lot).origin
        if not origin:
            return [part]
        return self.roots(slice_of(origin, part.first, part.coins))


def lock(holder: int) -> Line:
    """Lock the holder's coins, held ones included, and read their line: for whatever is decided and posted on it.

    In the caller's transaction, before any other account is locked.
    """
    books.lock([Ref(holder, COINS), Ref(holder, HELD)])
    return line(holder)


def line(holder: int) -> Line:
    """The holder's line as it stands. For a decision, `lock` first."""
    account = _rows(_ACCOUNT, {"holder": holder, "code": COINS, "unit": COIN})
    if not account:
        return Line(holder, 0, 0, (), (), ())
    ((account_id, spent, balance),) = account
    came = _rows(_CAME, {"account": account_id})
    takings, left = _left_on_the_line(account_id, came)
    stretches = _laid_out(left)
    # Every coin of the balance is a coin of a lot; else something was taken from the account that named no lot.
    length = stretches[-1].end if stretches else 0
    assert length - spent == balance, f"account {account_id}: {length - spent} coins in lots, {balance} there"
    lots = tuple(_lots(came, left, spent))
    return Line(holder, account_id, spent, lots, takings, stretches)


def funding(of: Line, spend: int) -> list[Funding]:
    """Which coins of which lots paid for a spend of this line; [] if it is none. They add up to what it cost."""
    found = _rows(_SPEND, _scan(of) | {"spend": spend})
    return [
        part for operation, coins, start in found for part in _paid_by(of.at(start, start + coins), operation)
    ]


def spends_of(of: Line, parts: Iterable[LotPart]) -> list[Funding]:
    """What these coins paid for, in order; wherever they went (`now_at`) they are counted there and only there."""
    stretches = of.spent_stretches(of.now_at(parts))
    if not stretches:
        return []
    ranges = {"starts": [s.start for s in stretches], "ends": [s.end for s in stretches]}
    return [
        Funding(operation, max(start, stretch.start) - start, _cut(stretch, start, start + coins))
        for operation, coins, start in _rows(_SPENDS, _scan(of) | ranges)
        for stretch in stretches
        if _meet(stretch, start, start + coins)
    ]


def spent_before(of: Line, operations: Iterable[int]) -> dict[int, int]:
    """How many of the line's coins were spent when these operations were posted."""
    return dict(_rows(_SPENT_BEFORE, _scan(of) | {"operations": list(operations)}))


def _left_on_the_line(
    account_id: int, came: list[tuple[Any, ...]]
) -> tuple[tuple[Taking, ...], dict[int, list[LotPart]]]:
    """The takings in order, and what they leave of each lot."""
    left = {lot: [LotPart(lot, 0, coins)] for lot, _, _, coins, _ in came}
    takings = []
    for operation, key, kind, lot, origin, coins in _rows(
        _TAKEN, {"account": account_id, "lots": list(left)}
    ):
        named = _parts(origin) or last_of(left[lot], coins)
        taken = slice_of(named, 0, coins)
        for part in taken:
            left[part.lot] = without(left[part.lot], [part])
        takings.append(
            Taking(operation, key, kind, lot, tuple(taken), tuple(slice_of(named, coins, count(named))))
        )
    return tuple(takings), left


def _laid_out(left: dict[int, list[LotPart]]) -> tuple[Stretch, ...]:
    stretches: list[Stretch] = []
    position = 0
    for part in (part for parts in left.values() for part in parts):
        stretches.append(Stretch(part, position))
        position += part.coins
    return tuple(stretches)


def _lots(came: list[tuple[Any, ...]], left: dict[int, list[LotPart]], spent: int) -> Iterator[Lot]:
    start = 0
    for operation, kind, source, coins, origin in came:
        here = count(left[operation])
        used = min(max(spent - start, 0), here)
        yield Lot(
            operation, kind, source, coins, tuple(_parts(origin)), coins - here, used, start, start + here
        )
        start += here


def _parts(origin: str | None) -> list[LotPart]:
    """`origin` as it comes from the database: JSON as text."""
    return [LotPart(*part) for part in json.loads(origin or "[]")]


def _paid_by(parts: Iterable[LotPart], spend: int) -> Iterator[Funding]:
    first = 0
    for part in parts:
        yield Funding(spend, first, part)
        first += part.coins


def _meet(stretch: Stretch, start: int, end: int) -> bool:
    return stretch.start < end and start < stretch.end


def _cut(stretch: Stretch, start: int, end: int) -> LotPart:
    """Those of the coins that stand at positions `start` to `end`."""
    (lot, number, _), first = stretch.part, max(start, stretch.start)
    return LotPart(lot, number + first - stretch.start, min(end, stretch.end) - first)


def _scan(of: Line) -> dict[str, Any]:
    return {"account": of.account_id, "takings": [taking.id for taking in of.takings]}


def _rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


_ACCOUNT = """
    SELECT id, spent, credits - debits FROM ledger_account
    WHERE holder = %(holder)s AND code = %(code)s AND unit = %(unit)s
"""

# The `> 0` is what the journal's partial indexes are built with. What came in is few rows, however much was spent.
_CAME = """
    SELECT operation.id, operation.kind, min(giver.code), sum(came.amount)::bigint, operation.origin
    FROM (
        SELECT operation_id, debit_id AS giver_id, amount FROM ledger_journal
        WHERE credit_id = %(account)s AND credit_id > 0
        UNION ALL
        SELECT operation_id, debit_2_id, amount_2 FROM ledger_journal
        WHERE credit_2_id = %(account)s AND credit_2_id > 0
    ) came
    JOIN ledger_operation operation ON operation.id = came.operation_id
    JOIN ledger_account giver ON giver.id = came.giver_id
    GROUP BY operation.id ORDER BY operation.id
"""

_TAKEN = """
    SELECT operation.id, operation.key, operation.kind, operation.lot_id, operation.origin,
           coalesce((SELECT sum(amount) FROM ledger_transfer transfer
                     WHERE transfer.operation_id = operation.id AND transfer.debit_id = %(account)s), 0)::bigint
    FROM ledger_operation operation WHERE operation.lot_id = ANY (%(lots)s) ORDER BY operation.id
"""

# One scan of what left the account: whatever is no taking is a spend (`line` has seen that the sums agree).
_RUN = """
    SELECT operation_id, sum(amount)::bigint AS coins,
           (sum(sum(amount)) OVER (ORDER BY operation_id) - sum(amount))::bigint AS start
    FROM (
        SELECT operation_id, amount FROM ledger_journal WHERE debit_id = %(account)s AND debit_id > 0
        UNION ALL
        SELECT operation_id, amount_2 FROM ledger_journal WHERE debit_2_id = %(account)s AND debit_2_id > 0
    ) went
    WHERE operation_id <> ALL (%(takings)s::bigint[])
    GROUP BY operation_id
"""
_SPEND = f"SELECT operation_id, coins, start FROM ({_RUN}) run WHERE operation_id = %(spend)s"  # noqa: S608 - no value
_SPENDS = f"""
    SELECT operation_id, coins, start FROM ({_RUN}) run
    WHERE EXISTS (SELECT FROM unnest(%(starts)s::bigint[], %(ends)s::bigint[]) AS wanted(first, after)
                  WHERE run.start < wanted.after AND run.start + run.coins > wanted.first)
    ORDER BY operation_id
"""  # noqa: S608 - no value
_SPENT_BEFORE = f"""
    SELECT asked.id, coalesce(max(run.start + run.coins), 0)::bigint
    FROM unnest(%(operations)s::bigint[]) AS asked(id) LEFT JOIN ({_RUN}) run ON run.operation_id < asked.id
    GROUP BY asked.id
"""  # noqa: S608 - no value
