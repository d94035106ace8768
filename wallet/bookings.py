"""An order's money and coins as the transfers of the books (docs/ledger.md, Recharge). Pure: no query.

An order in another currency than the settlement currency stands in both: what the provider holds in the buyer's
currency, and what the books owe in the settlement currency, with `fx` between them.
"""

from collections.abc import Iterator

from ledger import books
from ledger.books import COIN, PLATFORM, Operation, Ref, Transfer
from wallet.models import Order
from wallet.payments import Fee
from wallet.prices import converted
from wallet.units import MICRO_PER_MINOR


def order_key(order: Order) -> str:
    """The business key of an order's recharge."""
    return f"order:{order.pk}"


def recharge(order: Order, holder: int) -> Operation:
    """This will book the coins to `holder` and the money to what it is owed for."""
    return Operation(
        holder=holder,
        key=order_key(order),
        kind="recharge",
        request_hash=books.request_hash("recharge", order.pk, order.coins, order.gross_minor, order.currency),
        transfers=[
            Transfer(COIN, _platform("coins.issued"), Ref(holder, "coins"), order.coins),
            *_money_in(order),
        ],
    )


def provider_fee(order: Order, fee: Fee) -> Operation | None:
    """This will book what the provider kept and, if it converted the money, the conversion. None: nothing to book."""
    transfers = [*_conversion(order, fee), *_fee(order, fee)]
    if not transfers:
        return None
    return Operation(
        holder=PLATFORM,
        key=f"{order_key(order)}:fee",
        kind="provider_fee",
        request_hash=books.request_hash("provider_fee", order.pk),
        transfers=transfers,
    )


def fee_in_settlement_minor(order: Order, fee: Fee) -> int:
    """The provider's fee in the settlement currency."""
    if fee.currency == order.settlement_currency:
        return fee.fee_minor
    return converted(fee.fee_minor, order.settlement_rate_micro)


def _money_in(order: Order) -> Iterator[Transfer]:
    unit = order.settlement_currency
    cash = _platform("provider.cash")
    if order.currency != unit:
        yield Transfer(order.currency, _platform("provider.cash"), _platform("fx"), order.gross_minor)
        cash = _platform("fx")
    net = order.settlement_gross_minor - order.settlement_tax_minor
    owed = order.coins * order.coin_value_micro // MICRO_PER_MINOR  # the coins' base value
    surplus = net - owed
    yield from _some(unit, cash, "tax.payable", order.settlement_tax_minor)
    yield from _some(unit, cash, "coin.float", min(net, owed))
    yield from _some(unit, cash, "rounding" if surplus <= 1 else "revenue.fees", surplus)
    yield from _some(unit, _platform("marketing"), "coin.float", -surplus)


def _conversion(order: Order, fee: Fee) -> Iterator[Transfer]:
    """The provider paid out the buyer's currency in another one: close the position in `fx`."""
    if order.currency == fee.currency:
        return
    assert fee.currency == order.settlement_currency, fee
    yield Transfer(order.currency, _platform("fx"), _platform("provider.cash"), order.gross_minor)
    yield from _some(fee.currency, _platform("provider.cash"), "fx", fee.amount_minor)


def _fee(order: Order, fee: Fee) -> Iterator[Transfer]:
    if fee.currency == order.settlement_currency:
        yield from _some(fee.currency, _platform("expense.provider"), "provider.cash", fee.fee_minor)
        return
    yield from _some(fee.currency, _platform("fx"), "provider.cash", fee.fee_minor)
    in_settlement = fee_in_settlement_minor(order, fee)
    yield from _some(order.settlement_currency, _platform("expense.provider"), "fx", in_settlement)


def _some(unit: str, debit: Ref, credit: str, amount: int) -> Iterator[Transfer]:
    """A transfer, unless there is nothing to move."""
    if amount > 0:
        yield Transfer(unit, debit, _platform(credit), amount)


def _platform(code: str) -> Ref:
    return Ref(PLATFORM, code)
