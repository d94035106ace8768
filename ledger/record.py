"""What was posted before, for operations that rest on an earlier one: to answer a repeat, to settle, to undo."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.books import LotPart, Ref, Transfer
from ledger.errors import KeyReused
from ledger.models import Account, Operation
from ledger.models import Transfer as TransferRow


@dataclass(frozen=True, slots=True)
class Recorded:
    """An operation as it stands in the books."""

    id: int
    key: str
    lot: int | None
    origin: tuple[LotPart, ...]
    transfers: tuple[Transfer, ...]

    def moved(self, unit: str, *, debit: str = "", credit: str = "") -> int:
        """How much of `unit` it took from accounts of the family `debit`, or gave to those of `credit`, or both."""
        return sum(
            transfer.amount
            for transfer in self.transfers
            if transfer.unit == unit
            and debit in ("", transfer.debit.code.split("/")[0])
            and credit in ("", transfer.credit.code.split("/")[0])
        )


def find(holder: int, key: str, asked: bytes | None = None) -> Recorded | None:
    """The operation under a holder's key, or None. Decide on it under the lock that its poster took.

    Raises:
        KeyReused: the key stands for another request than `asked`.
    """
    row = Operation.objects.filter(holder=holder, key=key).first()
    if row is None:
        return None
    if asked is not None and bytes(row.request_hash) != asked:
        raise KeyReused
    origin = tuple(LotPart(*part) for part in row.origin or ())
    return Recorded(row.pk, row.key, row.lot_id, origin, _transfers(row.pk))


def reversed_transfers(transfers: Iterable[Transfer]) -> list[Transfer]:
    """The same amounts, the other way round."""
    return [Transfer(unit, credit, debit, amount) for unit, debit, credit, amount in transfers]


def _transfers(operation_id: int) -> tuple[Transfer, ...]:
    rows = list(TransferRow.objects.filter(operation_id=operation_id).order_by("position"))
    ids = {row.debit_id for row in rows} | {row.credit_id for row in rows}
    names = {account.pk: Ref(account.holder, account.code) for account in Account.objects.filter(pk__in=ids)}
    return tuple(Transfer(row.unit, names[row.debit_id], names[row.credit_id], row.amount) for row in rows)
