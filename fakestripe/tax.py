"""A stand-in for Stripe Tax: one fixed rate for each country, and the tax on one amount."""

from dataclasses import dataclass

from fakestripe.ids import new_id
from fakestripe.shapes import Json

WHOLE = 10_000  # basis points


@dataclass(frozen=True)
class Rate:
    country: str
    name: str
    basis_points: int


RATES = {
    rate.country: rate
    for rate in (
        *(Rate(country, "VAT", points) for country, points in {
            "AT": 2_000, "BE": 2_100, "BG": 2_000, "CH": 810, "CY": 1_900, "CZ": 2_100, "DE": 1_900, "DK": 2_500,
            "EE": 2_400, "ES": 2_100, "FI": 2_550, "FR": 2_000, "GB": 2_000, "GR": 2_400, "HR": 2_500, "HU": 2_700,
            "IE": 2_300, "IT": 2_200, "LT": 2_100, "LU": 1_700, "LV": 2_100, "MT": 1_800, "NL": 2_100, "NO": 2_500,
            "PL": 2_300, "PT": 2_300, "RO": 2_100, "SE": 2_500, "SI": 2_200, "SK": 2_300, "MX": 1_600,
        }.items()),
        Rate("AU", "GST", 1_000), Rate("CA", "GST", 500), Rate("JP", "JCT", 1_000), Rate("NZ", "GST", 1_500),
        Rate("US", "Sales tax", 800),
    )
}  # fmt: skip
EXCLUSIVE_BY_HABIT = ("usd", "cad")  # where `tax_behavior` is unspecified


def is_inclusive(behavior: str, currency: str) -> bool:
    if behavior == "unspecified":
        return currency not in EXCLUSIVE_BY_HABIT
    return behavior == "inclusive"


def tax_on(amount: int, rate: Rate | None, *, inclusive: bool) -> int:
    """Answer the tax on `amount`, in minor units, half a unit rounded up: inside it, or on top of it."""
    if rate is None:
        return 0
    whole = WHOLE + rate.basis_points if inclusive else WHOLE
    return (2 * amount * rate.basis_points + whole) // (2 * whole)


def as_taxes(rate: Rate | None, *, tax: int, amount: int, inclusive: bool, now: int) -> list[Json]:
    """Answer the `taxes` of a line item as Stripe shows them."""
    if rate is None:
        return []
    percentage = rate.basis_points / 100
    shown = {
        "id": new_id("txr"), "object": "tax_rate", "active": False, "country": rate.country, "created": now,
        "description": None, "display_name": rate.name, "effective_percentage": percentage, "flat_amount": None,
        "inclusive": inclusive, "jurisdiction": rate.country, "jurisdiction_level": "country", "livemode": False,
        "metadata": {}, "percentage": percentage, "rate_type": "percentage", "state": None, "tax_type": "vat",
    }  # fmt: skip
    return [{
        "amount": tax, "rate": shown, "taxability_reason": "standard_rated",
        "taxable_amount": amount - tax if inclusive else amount,
    }]  # fmt: skip
