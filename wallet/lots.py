"""An order's coins on its buyer's line (ledger/lots.py): the ones that were paid, and the bonus beside them."""

from dataclasses import dataclass

from ledger import lots
from ledger.books import LotPart
from ledger.lots import Line
from ledger.models import Operation
from wallet.bonuses import bonus_key
from wallet.bookings import order_key
from wallet.models import Order


@dataclass(frozen=True)
class OrderLots:
    """Where an order's coins are now, as read under the lock."""

    line: Line
    paid_lot: int
    paid: list[LotPart]
    bonus: list[LotPart]

    @property
    def unspent(self) -> list[LotPart]:
        """Paid coins that are still there, in the order in which they would be spent."""
        return self.line.unspent(self.paid)

    @property
    def unspent_bonus(self) -> list[LotPart]:
        return self.line.unspent(self.bonus)

    @property
    def spent_bonus_coins(self) -> int:
        return sum(stretch.part.coins for stretch in self.line.spent_stretches(self.bonus))


def lock_order(order: Order, holder: int) -> OrderLots:
    """Lock the buyer's coins and find the order's among them. In the caller's transaction, before any other lock."""
    return _find(order, lots.lock(holder))


def read_order(order: Order, holder: int) -> OrderLots:
    """The same as it stands now, without a lock: to show, never to decide on."""
    return _find(order, lots.line(holder))


def _find(order: Order, line: Line) -> OrderLots:
    keys = order_key(order), bonus_key(order)
    ids = dict(Operation.objects.filter(holder=line.holder, key__in=keys).values_list("key", "id"))
    paid_lot = ids[keys[0]]
    bonus = line.now_at([line.lot(ids[keys[1]]).whole]) if keys[1] in ids else []
    return OrderLots(line, paid_lot, line.now_at([line.lot(paid_lot).whole]), bonus)
