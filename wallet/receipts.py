"""What a receipt says, as ready words: the page, the PDF, the mail and the API say the same."""

from dataclasses import dataclass
from datetime import UTC, datetime

from accounts.countries import COUNTRIES
from look.money import money
from wallet.models import Order, Receipt
from wallet.offer_words import receipt_rows
from wallet.refund_pages import receipt_lines
from wallet.refund_rules import policy_of


@dataclass(frozen=True)
class Line:
    """One line of the sum."""

    kind: str  # net, tax, total, refund, left
    words: str
    amount_minor: int
    amount: str  # the same, written


@dataclass(frozen=True)
class ReceiptFacts:
    """One receipt."""

    code: str
    issued_at: datetime
    paid_at: datetime
    coins: int
    currency: str
    seller: list[str]  # name, address and country, line by line
    seller_country: str
    seller_tax_id: str
    buyer: list[str]  # name and country
    buyer_handle: str
    buyer_country: str
    lines: list[Line]
    rows: list[tuple[str, str]]
    policy: str  # what the storefront promised of refunds
    order_id: str

    @property
    def file_name(self) -> str:
        """What the file is called that a person saves."""
        return f"receipt-{self.code}.pdf"


def facts_of(order: Order, receipt: Receipt) -> ReceiptFacts:
    """What `receipt` says of `order`, with what went back of it until now. Reads the refunds."""
    assert order.paid_at is not None
    return ReceiptFacts(
        code=receipt.code,
        issued_at=receipt.issued_at,
        paid_at=order.paid_at,
        coins=order.coins,
        currency=order.currency,
        seller=_seller(receipt),
        seller_country=receipt.seller_country,
        seller_tax_id=receipt.seller_tax_id,
        buyer=[order.user.name, *_country(order.buyer_country)],
        buyer_handle=order.user.handle,
        buyer_country=order.buyer_country,
        lines=[*_lines(order), *_refund_lines(order)],
        rows=_rows(order, receipt, order.paid_at),
        policy=policy_of(order).short,
        order_id=str(order.pk),
    )


def _seller(receipt: Receipt) -> list[str]:
    address = [line.strip() for line in receipt.seller_address.splitlines() if line.strip()]
    country = _country(receipt.seller_country)
    if country and country[0] in address:
        country = []
    tax_id = [f"Tax number {receipt.seller_tax_id}"] if receipt.seller_tax_id else []
    return [receipt.seller_name or "Ovation", *address, *country, *tax_id]


def _lines(order: Order) -> list[Line]:
    lines = []
    if order.tax_minor:
        percent = f" {order.tax_basis_points / 100:g}%" if order.tax_basis_points else ""
        lines = [
            _line(order, "net", f"{order.coins:,} coins, before tax", order.net_minor),
            _line(order, "tax", f"{order.tax_name or 'Tax'}{percent}", order.tax_minor),
        ]
    lines.append(
        _line(order, "total", "Total paid" if lines else f"{order.coins:,} coins", order.gross_minor)
    )
    return lines


def _refund_lines(order: Order) -> list[Line]:
    refunds = receipt_lines(order)
    if not refunds:
        return []
    left = order.gross_minor - sum(one["amount_minor"] for one in refunds)
    return [
        *(
            _line(
                order,
                "refund",
                f"Refunded {one['at']:%-d %B %Y} ({one['coins']:,} coins)",
                -one["amount_minor"],
            )
            for one in refunds
        ),
        _line(order, "left", "Paid after refunds", left),
    ]


def _line(order: Order, kind: str, words: str, amount_minor: int) -> Line:
    return Line(kind, words, amount_minor, money(amount_minor, order.currency))


def _rows(order: Order, receipt: Receipt, paid_at: datetime) -> list[tuple[str, str]]:
    return [
        *receipt_rows(order),
        ("Paid", f"{paid_at.astimezone(UTC):%-d %B %Y, %H:%M} UTC"),
        ("Receipt", receipt.code),
        ("Order", str(order.pk)),
    ]


def _country(code: str) -> list[str]:
    return [COUNTRIES[code]] if code in COUNTRIES else []
