"""Tax at the payment page: what the provider is asked for, and what it found. Pure: no query."""

from typing import Any

from wallet.models import Order, TaxMode
from wallet.prices import price_with_tax


def what_is_sold(order: Order) -> dict[str, Any]:
    """The part of a Checkout Session that says what is sold, with its tax.

    The provider works the tax out where the storefront says so; else our own tax is part of the one price, or a
    line of its own where it comes on top.
    """
    if order.is_tax_automatic:
        return {"automatic_tax": {"enabled": True}, "line_items": [_taxed_by_provider(order)]}
    if order.tax_mode == TaxMode.EXCLUSIVE and order.tax_minor:
        name = f"{order.tax_name or 'Tax'} ({order.tax_basis_points / 100:g}%)"
        return {
            "line_items": [
                _line(order, coins_words(order), order.net_minor),
                _line(order, name, order.tax_minor),
            ]
        }
    return {"line_items": [_line(order, coins_words(order), order.gross_minor)]}


def asked_minor(order: Order) -> int:
    """What the session asked for before the provider added a tax."""
    return order.price_minor if order.is_tax_automatic else order.gross_minor


def total_minor(order: Order, tax_minor: int) -> int:
    """What the session must come to when the provider found `tax_minor`."""
    if order.is_tax_automatic and order.tax_mode == TaxMode.EXCLUSIVE:
        return order.price_minor + tax_minor
    return asked_minor(order)


def settle(order: Order, tax_minor: int) -> None:
    """This will write the tax that the provider found into a locked order, before it becomes paid. Not saved."""
    if not order.is_tax_automatic:
        return
    price = price_with_tax(
        order.price_minor,
        tax_minor,
        tax_mode=order.tax_mode,
        settlement_rate_micro=order.settlement_rate_micro,
    )
    order.gross_minor, order.tax_minor, order.net_minor = price.gross_minor, tax_minor, price.net_minor
    order.settlement_gross_minor = price.settlement_gross_minor
    order.settlement_tax_minor = price.settlement_tax_minor


def coins_words(order: Order) -> str:
    """What the payment page calls the goods."""
    return f"{order.coins:,} coins"


def _line(order: Order, name: str, amount_minor: int) -> dict[str, Any]:
    price = {
        "currency": order.currency.lower(),
        "unit_amount": amount_minor,
        "product_data": {"name": name},
    }
    return {"quantity": 1, "price_data": price}


def _taxed_by_provider(order: Order) -> dict[str, Any]:
    line = _line(order, coins_words(order), order.price_minor)
    line["price_data"]["tax_behavior"] = order.tax_mode
    if order.storefront.tax_code:
        line["price_data"]["product_data"]["tax_code"] = order.storefront.tax_code
    return line
