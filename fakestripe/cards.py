"""The test cards, what each does, and the checks a card form makes before it asks the bank."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from fakestripe.shapes import Json


@dataclass(frozen=True)
class Decline:
    """Why a card was refused: Stripe's `code`, the issuer's `decline_code`, and a sentence for people."""

    code: str
    decline_code: str | None
    message: str
    blocked: bool = False  # refused by the provider's own fraud rules, never sent to the bank
    network_code: str | None = None  # the network's own number for it
    advice: str | None = None  # what the network says of trying again


@dataclass(frozen=True)
class Card:
    number: str
    exp_month: int
    exp_year: int
    name: str | None = None

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def brand(self) -> str:
        return next((brand for start, brand in BRANDS if self.number.startswith(start)), "unknown")


class Declined(Exception):
    def __init__(self, decline: Decline) -> None:
        super().__init__(decline.message)
        self.decline = decline


BRANDS = (("4", "visa"), ("5", "mastercard"), ("2", "mastercard"), ("34", "amex"), ("37", "amex"),
          ("6011", "discover"), ("30", "diners"), ("36", "diners"), ("35", "jcb"),
          ("62", "unionpay"))  # fmt: skip
RETRY, NEVER, CONFIRM = "try_again_later", "do_not_try_again", "confirm_card_data"
GENERIC = Decline(
    "card_declined", "generic_decline", "Your card was declined.", network_code="01", advice=RETRY
)  # fmt: skip
INSUFFICIENT = Decline(
    "card_declined", "insufficient_funds", "Your card has insufficient funds.", network_code="51",
    advice=RETRY,
)  # fmt: skip
NOT_A_TEST_CARD = Decline(
    "card_declined", "test_mode_live_card",
    "Your card was declined. This is test mode: use one of the test cards.",
)  # fmt: skip
WRONG_NUMBER = Decline("incorrect_number", None, "Your card number is incorrect.")
WRONG_EXPIRY = Decline("invalid_expiry_year", None, "Your card's expiration date is not valid.")
PAST_EXPIRY = Decline(
    "expired_card", "expired_card", "Your card has expired.", network_code="54", advice=CONFIRM
)  # fmt: skip
WRONG_CVC = Decline("invalid_cvc", None, "Your card's security code is not valid.")
NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure", None,
    "We are unable to authenticate your payment method. Please choose a different payment method and"
    " try again.",
)  # fmt: skip

SUCCEED = frozenset(
    ("4242424242424242", "4000056655665556", "5555555555554444", "2223003122003222", "5200828282828210",
     "5105105105105100", "378282246310005", "371449635398431", "6011111111111117", "6011000990139424",
     "3056930009020004", "36227206271667", "3566002020360505", "6200000000000005", "4000002500001001",
     "4000000000000101", "4000000000003055", "4000000000009235", "4000002760000016", "4000008260000000",
     "4000002500000003", "4000006160000005", "4000004840008001", "4000000760000002", "4000000000000077")
)  # fmt: skip
REFUND_LATER = {"4000000000007726": "succeeded", "4000000000005126": "failed"}  # what becomes of a refund
AFTER_PAYMENT = {  # what the bank does once the card has paid: a timer (timers.py)
    "4000000000000259": "dispute_fraudulent",
    "4000000000002685": "dispute_not_received",
    "4000000000001976": "dispute_inquiry",
    "4000000000005423": "early_fraud_warning",
}
SAVED_YET_DECLINED = "4000000000000341"  # may be kept by a customer, is never paid with
DECLINES = {
    "4000000000000002": GENERIC,
    SAVED_YET_DECLINED: GENERIC,
    "4000000000009995": INSUFFICIENT,
    "4000000000009987": Decline(
        "card_declined", "lost_card", "Your card was declined.", network_code="41", advice=NEVER
    ),
    "4000000000009979": Decline(
        "card_declined", "stolen_card", "Your card was declined.", network_code="43", advice=NEVER
    ),
    "4000000000006975": Decline(
        "card_declined", "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently.", network_code="65",
        advice=RETRY,
    ),
    "4000000000000069": PAST_EXPIRY,
    "4000000000000127": Decline(
        "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", network_code="82",
        advice=CONFIRM,
    ),
    "4000000000000119": Decline(
        "processing_error", "processing_error",
        "An error occurred while processing your card. Try again in a little bit.", network_code="96",
        advice=RETRY,
    ),
    "4100000000000019": Decline("card_declined", "fraudulent", "Your card was declined.", blocked=True),
}  # fmt: skip
CHALLENGES: dict[str, Decline | None] = {  # 3-D Secure first; then the bank's answer once it is approved
    "4000002500003155": None,
    "4000002760003184": None,
    "4000000000003220": None,
    "4000000000003063": None,
    "4000008260003178": INSUFFICIENT,
    "4000008400001629": GENERIC,
}
TOKENS = {  # the ready-made payment methods of the API
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_bypassPending": "4000000000000077",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_chargeDeclinedProcessingError": "4000000000000119",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_threeDSecure2Required": "4000000000003220",
    "pm_card_pendingRefund": "4000000000007726",
    "pm_card_refundFail": "4000000000005126",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_createDisputeProductNotReceived": "4000000000002685",
    "pm_card_createDisputeInquiry": "4000000000001976",
    "pm_card_createIssuerFraudRecord": "4000000000005423",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_chargeDeclinedFraudulent": "4100000000000019",
}
AVAILABLE_AT_ONCE = "4000000000000077"
KNOWN = SUCCEED | DECLINES.keys() | CHALLENGES.keys() | REFUND_LATER.keys() | AFTER_PAYMENT.keys()
CVC_FAILS = "4000000000000101"  # the check fails, the payment does not
COUNTRIES = {"4000002760000016": "DE", "4000008260000000": "GB", "4000002500000003": "FR",
             "4000006160000005": "PL", "4000004840008001": "MX", "4000000760000002": "BR",
             "4000002500001001": "FR"}  # fmt: skip
FUNDING = {"4000056655665556": "debit", "5200828282828210": "debit", "5105105105105100": "prepaid"}


def read_card(*, number: str, expiry: str, cvc: str, name: str | None, now: int) -> Card:
    """Check what a person typed.

    Raises:
        Declined: the number, date or security code cannot be right, or the card is no test card.
    """
    digits = re.sub(r"[\s-]", "", number)
    if not re.fullmatch(r"\d{12,19}", digits) or not _luhn(digits):
        raise Declined(WRONG_NUMBER)
    month, year = _read_expiry(expiry)
    today = datetime.fromtimestamp(now, UTC)
    if (year, month) < (today.year, today.month):
        raise Declined(PAST_EXPIRY)
    if not re.fullmatch(r"\d{3,4}", cvc.strip()):
        raise Declined(WRONG_CVC)
    return known_card(Card(digits, month, year, (name or "").strip() or None))


def known_card(card: Card) -> Card:
    if card.number not in KNOWN:
        raise Declined(NOT_A_TEST_CARD)
    return card


def token_card(token: str, now: int) -> Card | None:
    """Answer the card behind a ready-made payment method such as `pm_card_visa`."""
    number = TOKENS.get(token)
    return Card(number, 12, datetime.fromtimestamp(now, UTC).year + 3) if number else None


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (
        sum(map(int, digits[-1::-2])) + sum(value - 9 if value > 9 else value for value in doubled)
    ) % 10 == 0


def _read_expiry(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"\s*(\d{1,2})\s*[/ -]\s*(\d{2}|\d{4})\s*", text) or re.fullmatch(
        r"(\d{2})(\d{2})", text
    )
    if not found or not 1 <= int(found[1]) <= 12:
        raise Declined(WRONG_EXPIRY)
    year = int(found[2])
    return int(found[1]), year + 2000 if year < 100 else year


def as_method_card(card: Card) -> Json:
    """Answer the `card` part of a payment_method."""
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None, "address_postal_code_check": None,
            "cvc_check": "fail" if card.number == CVC_FAILS else "pass",
        },
        "country": COUNTRIES.get(card.number, "US"),
        "display_brand": card.brand,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": fingerprint(card.number),
        "funding": FUNDING.get(card.number, "credit"),
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }  # fmt: skip


def as_charge_details(card: Json, *, authenticated: bool | None) -> Json:
    """Answer the `payment_method_details` of a charge; `authenticated` is None when no 3-D Secure took
    place."""
    secure: Json | None = None
    if authenticated is not None:
        result = "authenticated" if authenticated else "failed"
        secure = {
            "authentication_flow": "challenge",
            "result": result,
            "result_reason": None,
            "version": "2.2.0",
        }
    shown = (
        "brand",
        "checks",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
        "wallet",
    )
    details = {name: card[name] for name in shown}
    return {"type": "card", "card": details | {"network": card["brand"], "three_d_secure": secure}}


def fingerprint(number: str) -> str:
    """Answer the same 16 characters for the same number."""
    mixed = int(number) * 6364136223846793005 + 1442695040888963407
    return f"{mixed & 0xFFFFFFFFFFFFFFFF:016x}"
