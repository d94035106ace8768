"""What a Checkout Session sells: its items, the tax on them, and the totals."""

from fakestripe import tax
from fakestripe.errors import ApiError, missing
from fakestripe.ids import new_id
from fakestripe.params import merged_metadata
from fakestripe.shapes import Json


def read_item(given: Json, at: int) -> Json:
    """Answer one line item, untaxed.

    Raises:
        ApiError: a price that is not described in full here.
    """
    if "price" in given:
        raise ApiError(
            f"No such price: '{given['price']}'", code="resource_missing", param=f"line_items[{at}][price]"
        )
    price = given.get("price_data")
    if not price or "unit_amount" not in price:
        raise missing(f"line_items[{at}][price_data][unit_amount]")
    product = price.get("product_data")
    if not product:
        raise missing(f"line_items[{at}][price_data][product_data]")
    quantity = given.get("quantity", 1)
    amount, currency = price["unit_amount"] * quantity, price["currency"].lower()
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": product["name"],
        "discounts": [],
        "metadata": merged_metadata(None, given.get("metadata")),
        "price": {
            "id": new_id("price"), "object": "price", "active": False, "billing_scheme": "per_unit",
            "currency": currency, "livemode": False, "metadata": {}, "product": new_id("prod", 14),
            "tax_behavior": price.get("tax_behavior", "unspecified"), "type": "one_time",
            "unit_amount": price["unit_amount"], "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": quantity,
        "taxes": [],
    }  # fmt: skip


def taxed(items: list[Json], country: str, *, now: int) -> list[Json]:
    """Answer the items with the tax of a country."""
    return [_taxed(item, tax.RATES.get(country), now) for item in items]


def _taxed(item: Json, rate: tax.Rate | None, now: int) -> Json:
    amount = item["amount_subtotal"]
    inclusive = tax.is_inclusive(item["price"]["tax_behavior"], item["currency"])
    due = tax.tax_on(amount, rate, inclusive=inclusive)
    return item | {
        "amount_tax": due,
        "amount_total": amount if inclusive else amount + due,
        "taxes": tax.as_taxes(rate, tax=due, amount=amount, inclusive=inclusive, now=now),
    }


def are_inclusive(items: list[Json]) -> bool:
    """Say whether the tax is inside the prices of all items."""
    return all(tax.is_inclusive(item["price"]["tax_behavior"], item["currency"]) for item in items)


def totals(items: list[Json], *, with_breakdown: bool) -> Json:
    """Answer the parts of a session that are sums of its items."""
    details: Json = {
        "amount_discount": 0, "amount_shipping": 0, "amount_tax": sum(item["amount_tax"] for item in items),
    }  # fmt: skip
    if with_breakdown:
        details["breakdown"] = {"discounts": [], "taxes": [one for item in items for one in item["taxes"]]}
    return {
        "amount_subtotal": sum(item["amount_subtotal"] for item in items),
        "amount_total": sum(item["amount_total"] for item in items),
        "total_details": details,
    }
