"""Phone numbers as people type them."""

import phonenumbers
from django.conf import settings
from phonenumbers import PhoneNumberType

from accounts.errors import PhoneInvalid

# A text arrives at these. Fixed lines do not show it, premium numbers would send us the bill.
TEXTABLE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def phone_number(typed: str, *, country: str = "") -> str:
    """`typed` as E.164. `country` (ISO alpha-2) is used if the number has no country code.

    Raises:
        PhoneInvalid: no number, one that takes no texts, or one of a country we do not text to.
    """
    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException as error:
        raise PhoneInvalid() from error
    if not phonenumbers.is_valid_number(number):
        raise PhoneInvalid()
    if phonenumbers.number_type(number) not in TEXTABLE:
        raise PhoneInvalid("This number takes no texts. Use a mobile number.")
    region = phonenumbers.region_code_for_number(number)
    if settings.SMS_COUNTRIES and region not in settings.SMS_COUNTRIES:
        raise PhoneInvalid("We cannot text to this country yet. Use an email address.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def looks_like_phone(typed: str) -> bool:
    """Whether `typed` was meant as a number: no @, and nothing but what numbers are written with."""
    kept = typed.strip()
    return (
        "@" not in kept
        and sum(sign.isdigit() for sign in kept) >= 5
        and set(kept) <= set("+0123456789 ()-./")
    )
