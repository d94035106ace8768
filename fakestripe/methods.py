"""The payment methods besides cards: who may pay with each, and how it looks in Stripe's objects.

A redirect method is authorised or refused on a page of the bank or wallet and is paid at once. A delayed method
(debit, voucher, transfer) is decided days later: by the test account number, or by what the buyer chose here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from fakestripe.cards import Decline, Declined, fingerprint
from fakestripe.ibans import read_iban
from fakestripe.ids import token
from fakestripe.shapes import Json

type Way = Literal["card", "redirect", "debit", "voucher", "transfer"]
EUR = frozenset(("eur",))


@dataclass(frozen=True, kw_only=True)
class Method:
    kind: str  # Stripe's name
    label: str
    asker: str  # who asks for the authorisation, or shows what to pay
    way: Way
    currencies: frozenset[str] | None = None  # None: every currency
    countries: frozenset[str] | None = None  # where people have it; None: everywhere
    days: int = 0  # of a voucher: how long it may be paid
    reusable: bool = False  # a customer may keep it

    @property
    def is_delayed(self) -> bool:
        return self.way in ("debit", "voucher", "transfer")


PAYPAL_CURRENCIES = frozenset(
    ("aud", "cad", "chf", "czk", "dkk", "eur", "gbp", "hkd", "nok", "nzd", "pln", "sek", "sgd", "usd")
)
TRANSFER_CURRENCIES = frozenset(("eur", "gbp", "usd"))
SEPA_COUNTRIES = frozenset(
    ("AT", "BE", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PT",
     "SI", "SK")
)  # fmt: skip
METHODS = {
    method.kind: method
    for method in (
        Method(kind="card", label="Card", asker="Your bank", way="card", reusable=True),
        Method(kind="paypal", label="PayPal", asker="PayPal", way="redirect", currencies=PAYPAL_CURRENCIES),
        Method(kind="ideal", label="iDEAL", asker="Your bank, by iDEAL", way="redirect", currencies=EUR,
               countries=frozenset(("NL",))),
        Method(kind="bancontact", label="Bancontact", asker="Bancontact", way="redirect", currencies=EUR,
               countries=frozenset(("BE",))),
        Method(kind="blik", label="BLIK", asker="Your banking app, by BLIK", way="redirect",
               currencies=frozenset(("pln",)), countries=frozenset(("PL",))),
        Method(kind="eps", label="EPS", asker="Your bank, by EPS", way="redirect", currencies=EUR,
               countries=frozenset(("AT",))),
        Method(kind="p24", label="Przelewy24", asker="Przelewy24", way="redirect",
               currencies=frozenset(("eur", "pln")), countries=frozenset(("PL",))),
        Method(kind="sepa_debit", label="SEPA direct debit", asker="Your bank", way="debit", currencies=EUR,
               countries=SEPA_COUNTRIES, reusable=True),
        Method(kind="multibanco", label="Multibanco", asker="Multibanco", way="voucher", currencies=EUR,
               countries=frozenset(("PT",)), days=7),
        Method(kind="oxxo", label="OXXO", asker="OXXO", way="voucher", currencies=frozenset(("mxn",)),
               countries=frozenset(("MX",)), days=3),
        Method(kind="boleto", label="Boleto", asker="Boleto", way="voucher", currencies=frozenset(("brl",)),
               countries=frozenset(("BR",)), days=3),
        Method(kind="customer_balance", label="Bank transfer", asker="Your bank", way="transfer",
               currencies=TRANSFER_CURRENCIES),
    )
}  # fmt: skip
TEST_TAX_ID = "000.000.000-00"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a person typed for a method that is no card."""

    kind: str
    email: str | None
    name: str | None
    own: Json  # the part of the payment_method that bears the method's name
    hidden: Json = field(
        default_factory=dict
    )  # how it will end: `outcome`, and for a debit `after_days`, `code`


def automatic(currency: str, country: str | None, *, has_customer: bool) -> list[str]:
    """Name the methods that a session offers when it names none: by currency, and by country if it is known."""
    return [
        method.kind
        for method in METHODS.values()
        if takes(method.kind, currency)
        and (country is None or method.countries is None or country in method.countries)
        and (has_customer or method.way != "transfer")  # money on a customer's account needs a customer
    ]


def takes(kind: str, currency: str) -> bool:
    currencies = METHODS[kind].currencies
    return currencies is None or currency in currencies


def read_typed(kind: str, form: dict[str, str]) -> Typed:
    """Check what was typed for a method that is no card.

    Raises:
        Declined: the account number is none, or no test account.
    """
    email, name = form["email"] or None, form["name"] or None
    own = _own_part(kind, form, email)
    hidden: Json = {"outcome": form["outcome"] or "paid"}
    if kind == "sepa_debit":
        if not name:
            raise Declined(Decline("parameter_missing", None, "Please give the name of the account's owner."))
        account = read_iban(form["iban"])
        hidden = {"outcome": account.outcome, "after_days": account.after_days, "code": account.code}
        own = {
            "bank_code": account.bank_code, "branch_code": "", "country": account.number[:2],
            "fingerprint": fingerprint(str(int(account.number[4:], 36))),
            "generated_from": {"charge": None, "setup_attempt": None}, "last4": account.number[-4:],
        }  # fmt: skip
    return Typed(kind=kind, email=email, name=name, own=own, hidden=hidden)


def _own_part(kind: str, form: dict[str, str], email: str | None) -> Json:
    match kind:
        case "paypal":
            return {"country": None, "payer_email": email, "payer_id": token(13).upper()}
        case "ideal":
            return {"bank": None, "bic": None}
        case "eps" | "p24":
            return {"bank": None}
        case "boleto":
            return {"tax_id": form["tax_id"] or TEST_TAX_ID}
    return {}


def charge_details(method: Json) -> Json:
    """Answer the `payment_method_details` of a charge by a method that is no card."""
    kind, own, name = method["type"], method[method["type"]], method["billing_details"]["name"]
    return {"type": kind, kind: DETAILS[kind](own, name) if kind in DETAILS else dict(own)}


def _paypal(own: Json, name: str | None) -> Json:
    protection = {"dispute_categories": ["fraudulent", "product_not_received"], "status": "eligible"}
    return own | {
        "payer_name": name, "seller_protection": protection, "transaction_id": token(17).upper(),
    }  # fmt: skip


def _ideal(_own: Json, name: str | None) -> Json:
    return {
        "bank": "ing", "bic": "INGBNL2A", "generated_sepa_debit": None, "generated_sepa_debit_mandate": None,
        "iban_last4": "5264", "transaction_id": token(16).upper(), "verified_name": name,
    }  # fmt: skip


def _bancontact(_own: Json, name: str | None) -> Json:
    return {
        "bank_code": "VAPE", "bank_name": "VAN DE PUT & CO", "bic": "VAPEBE22", "generated_sepa_debit": None,
        "generated_sepa_debit_mandate": None, "iban_last4": "7061", "preferred_language": "en",
        "verified_name": name,
    }  # fmt: skip


def _sepa(own: Json, _name: str | None) -> Json:
    shown = ("bank_code", "branch_code", "country", "fingerprint", "last4")
    return {part: own[part] for part in shown} | {"mandate": None}


DETAILS: dict[str, Callable[[Json, str | None], Json]] = {
    "paypal": _paypal,
    "ideal": _ideal,
    "bancontact": _bancontact,
    "sepa_debit": _sepa,
    "blik": lambda _own, _name: {"buyer_id": token(12)},
    "eps": lambda _own, name: {"bank": "erste_bank_und_sparkassen", "verified_name": name},
    "p24": lambda _own, name: {
        "bank": "ing", "reference": f"P24-{token(3).upper()}-{token(3).upper()}", "verified_name": name,
    },
}  # fmt: skip
