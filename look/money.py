"""Words for amounts: integers in, text in the reader's locale out. No float or Decimal ever touches an amount."""

from typing import Final

from django.utils.formats import get_format
from django.utils.translation import get_language

COIN: Final = "COIN"
DIAMOND: Final = "DIAMOND"
UNITS_PER_DIAMOND: Final = 100

# ISO 4217 currencies whose minor unit is not a hundredth, as Stripe counts them
# (https://docs.stripe.com/currencies#zero-decimal): the rest have two decimals.
NO_DECIMALS: Final = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
THREE_DECIMALS: Final = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
SYMBOLS: Final = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "KRW": "₩", "INR": "₹", "BRL": "R$", "CAD": "CA$",
    "AUD": "A$", "NZD": "NZ$", "MXN": "MX$", "ILS": "₪", "VND": "₫", "PHP": "₱", "TRY": "₺", "UAH": "₴",
    "PLN": "zł", "HUF": "Ft", "CZK": "Kč",
}  # fmt: skip
SYMBOL_FIRST: Final = frozenset({"en", "ja", "zh", "ko", "pt", "nl", "tr", "th", "hi", "he"})
NO_BREAK_SPACE: Final = "\u00a0"
MINUS: Final = "\u2212"


def decimals(currency: str) -> int:
    """Answer how many decimals `currency` has between its main and its minor unit."""
    if currency in NO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def whole(value: int) -> str:
    """Write an integer with the digit groups of the reader's locale."""
    separator = str(get_format("THOUSAND_SEPARATOR", use_l10n=True))
    return ("" if value >= 0 else MINUS) + _grouped(str(abs(value)), separator)


def scaled(value: int, places: int) -> str:
    """Write `value` × 10^-`places` exactly: scaled(129005, 2) is 1,290.05."""
    if places == 0:
        return whole(value)
    sign = "" if value >= 0 else MINUS
    main, rest = divmod(abs(value), 10**places)
    point = str(get_format("DECIMAL_SEPARATOR", use_l10n=True))
    return f"{sign}{whole(main)}{point}{rest:0{places}d}"


def money(amount_minor: int, currency: str) -> str:
    """Write an amount of minor units with its currency: money(129, "USD") is $1.29."""
    return with_symbol(
        scaled(abs(amount_minor), decimals(currency.upper())), currency, negative=amount_minor < 0
    )


def about(amount_minor: int, currency: str) -> str:
    """Write an amount that is not exact: without decimals from 100 main units on, where they say nothing."""
    places = decimals(currency.upper())
    if abs(amount_minor) < 100 * 10**places:
        return money(amount_minor, currency)
    main = (2 * abs(amount_minor) + 10**places) // (2 * 10**places)
    return with_symbol(whole(main), currency, negative=amount_minor < 0)


def with_symbol(number: str, currency: str, *, negative: bool = False) -> str:
    """Put the currency to a number already written, on the side the reader's language has it."""
    currency = currency.upper()
    symbol = SYMBOLS.get(currency)
    sign = MINUS if negative else ""
    if symbol is None:
        return f"{sign}{number}{NO_BREAK_SPACE}{currency}"
    if (get_language() or "en").split("-")[0] in SYMBOL_FIRST:
        return f"{sign}{symbol}{number}"
    return f"{sign}{number}{NO_BREAK_SPACE}{symbol}"


def diamonds(units: int) -> str:
    """Write hundredths of a diamond; the decimals only when there are any: 387,597 units are 3,875.97."""
    main, rest = divmod(abs(units), UNITS_PER_DIAMOND)
    if rest == 0:
        return whole(main if units >= 0 else -main)
    return scaled(units, 2)


def number(value: int, unit: str) -> str:
    """Write an amount of any unit the ledger knows: COIN, DIAMOND (hundredths) or a currency (minor units)."""
    if unit == COIN:
        return whole(value)
    return diamonds(value) if unit == DIAMOND else money(value, unit)


def spoken(value: int, unit: str) -> str:
    """Write the amount with its unit's name, for screen readers and mails: 1 coin, 20 diamonds, $1.29."""
    if unit == COIN:
        return f"{whole(value)} {'coin' if abs(value) == 1 else 'coins'}"
    if unit == DIAMOND:
        return f"{diamonds(value)} {'diamond' if abs(value) == UNITS_PER_DIAMOND else 'diamonds'}"
    return money(value, unit)


def _grouped(digits: str, separator: str) -> str:
    head = len(digits) % 3 or 3
    groups = [digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))]
    return separator.join(groups)
