"""Why a payment did not work, in words that help, by the provider's code.

Codes of docs.stripe.com/declines/codes, and the error codes that a failed try carries instead of one
(docs.stripe.com/error-codes). What the bank wants kept from a thief (lost, stolen, fraud) is told as a plain refusal.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """What happened and what to do now. Pages and mails add that no money moved."""

    message: str
    next_step: str


OTHER_CARD = "Try another card or payment method."
ASK_BANK = "Ask your bank, or try another card."
WAIT = "Wait a minute and try again."

REFUSED = Decline("Your bank declined the payment without saying why.", ASK_BANK)
NOT_ALLOWED = Decline("Your bank does not allow payments with this card.", ASK_BANK)
STOPPED = Decline("The payment was stopped by a security check.", OTHER_CARD)
BUSY = Decline("Your bank could not answer just now.", WAIT)
KIND_NOT_ALLOWED = Decline("Your bank does not allow this kind of payment.", ASK_BANK)
WRONG_NUMBER = Decline("The card number is not right.", "Check the number and type it again.")
WRONG_CVC = Decline("The security code is not right.", "Type the three or four digits again.")
WRONG_DATE = Decline("The expiry date is not right.", "Check the date on the card.")
WRONG_PIN = Decline("The PIN is not right.", "Try again, or use another card.")
NEEDS_PIN = Decline("This card asks for a PIN, which works in shops only.", OTHER_CARD)
LIMIT = Decline("This card has reached its limit.", "Try another card, or wait a day.")
CONFIRM = Decline(
    "Your bank wants you to confirm the payment.", "Try again and confirm it in your bank's window."
)
NOT_CONFIRMED = Decline(
    "The payment was not confirmed with your bank.", "Try again and confirm it in your bank's window."
)
REVOKED = Decline("You told your bank to stop such payments.", "Speak to your bank, or try another card.")
ACCOUNT_CLOSED = Decline("The bank account cannot be charged.", "Try another account or payment method.")
TOOK_TOO_LONG = Decline("The payment took too long and was given up.", "Start a new recharge and try again.")

_BY_CODE = {
    "approve_with_id": BUSY,
    "authentication_not_handled": CONFIRM,
    "authentication_required": CONFIRM,
    "call_issuer": REFUSED,
    "card_not_supported": Decline("This card cannot be used for this kind of payment.", OTHER_CARD),
    "card_velocity_exceeded": LIMIT,
    "currency_not_supported": Decline("This card cannot pay in this currency.", OTHER_CARD),
    "do_not_honor": REFUSED,
    "do_not_try_again": Decline("Your bank declined the payment for good.", OTHER_CARD),
    "duplicate_transaction": Decline(
        "A payment of the same amount was made a moment ago.", "Look at your recharges before you try again."
    ),
    "expired_card": Decline("This card has expired.", OTHER_CARD),
    "fraudulent": STOPPED,
    "generic_decline": REFUSED,
    "incorrect_address": Decline(
        "The address is not the one your bank has for this card.", "Correct the address and try again."
    ),
    "incorrect_cvc": WRONG_CVC,
    "incorrect_number": WRONG_NUMBER,
    "incorrect_pin": WRONG_PIN,
    "incorrect_zip": Decline(
        "The postal code is not the one your bank has for this card.", "Correct the postal code and try again."
    ),
    "insufficient_funds": Decline(
        "Your bank says there is not enough money on this card.", "Try another card, or a smaller amount."
    ),
    "invalid_account": Decline("The card, or the account behind it, is not valid.", ASK_BANK),
    "invalid_amount": Decline(
        "The amount is more than this card may pay.", "Try a smaller amount, or ask your bank."
    ),
    "invalid_cvc": WRONG_CVC,
    "invalid_expiry_month": WRONG_DATE,
    "invalid_expiry_year": WRONG_DATE,
    "invalid_number": WRONG_NUMBER,
    "invalid_pin": WRONG_PIN,
    "issuer_not_available": BUSY,
    "lost_card": NOT_ALLOWED,
    "merchant_blacklist": STOPPED,
    "mobile_device_authentication_required": Decline(
        "Your bank wants you to confirm the payment on your phone.", "Try again and confirm it in your bank's app."
    ),
    "new_account_information_available": Decline("The card, or the account behind it, is not valid.", ASK_BANK),
    "no_action_taken": REFUSED,
    "not_permitted": KIND_NOT_ALLOWED,
    "offline_pin_required": NEEDS_PIN,
    "online_or_offline_pin_required": NEEDS_PIN,
    "pickup_card": NOT_ALLOWED,
    "pin_try_exceeded": Decline("The PIN was typed wrongly too often.", OTHER_CARD),
    "processing_error": Decline("The card could not be processed just now.", WAIT),
    "reenter_transaction": Decline("The payment could not be processed just now.", WAIT),
    "restricted_card": NOT_ALLOWED,
    "revocation_of_all_authorizations": REVOKED,
    "revocation_of_authorization": REVOKED,
    "security_violation": STOPPED,
    "service_not_allowed": KIND_NOT_ALLOWED,
    "stolen_card": NOT_ALLOWED,
    "stop_payment_order": REVOKED,
    "testmode_decline": Decline("This is a test card, and the payment is real.", "Use a real card."),
    "test_mode_live_card": Decline("This is a test: real cards are not charged here.", "Use a test card."),
    "transaction_not_allowed": KIND_NOT_ALLOWED,
    "try_again_later": BUSY,
    "withdrawal_count_limit_exceeded": LIMIT,
    # What the provider's own rules say (outcome.reason).
    "elevated_risk_level": STOPPED,
    "highest_risk_level": STOPPED,
    "previously_declined_do_not_retry": Decline("Your bank declined this card before.", OTHER_CARD),
    "rule": STOPPED,
    # Error codes of a try without a decline code.
    "amount_too_large": Decline("The amount is more than this payment method takes.", "Try a smaller amount."),
    "amount_too_small": Decline("The amount is less than this payment method takes.", "Try a larger amount."),
    "bank_account_declined": ACCOUNT_CLOSED,
    "bank_account_unusable": ACCOUNT_CLOSED,
    "card_declined": REFUSED,
    "card_decline_rate_limit_exceeded": Decline(
        "This card was declined too often.", "Wait a day, or try another card."
    ),
    "charge_exceeds_source_limit": Decline(
        "This is more than may be debited from one account in a week.", "Pay another way, or a smaller amount."
    ),
    "charge_exceeds_weekly_limit": Decline(
        "This is more than may be debited in a week.", "Pay another way, or a smaller amount."
    ),
    "debit_not_authorized": Decline(
        "Your bank says that you did not allow the debit.", "Speak to your bank, or try another payment method."
    ),
    "payment_intent_authentication_failure": NOT_CONFIRMED,
    "payment_intent_payment_attempt_expired": TOOK_TOO_LONG,
    "payment_intent_payment_attempt_failed": Decline("The payment did not go through.", OTHER_CARD),
    "payment_method_billing_details_address_missing": Decline(
        "The address is missing.", "Try again and fill in the whole address."
    ),
    "payment_method_currency_mismatch": Decline("This payment method cannot pay in this currency.", OTHER_CARD),
    "payment_method_customer_decline": Decline(
        "The payment was called off, or not made in time.", "Try again, or choose another payment method."
    ),
    "payment_method_invalid_parameter": Decline(
        "Some of the payment details are not right.", "Check them and try again."
    ),
    "payment_method_not_available": Decline("This payment method does not work just now.", OTHER_CARD),
    "payment_method_provider_decline": Decline("The payment service declined the payment.", OTHER_CARD),
    "payment_method_provider_timeout": BUSY,
    "payment_method_unactivated": Decline("This payment method is not switched on here.", OTHER_CARD),
    "payment_method_unexpected_state": Decline("This payment method cannot be used now.", OTHER_CARD),
    "setup_intent_authentication_failure": NOT_CONFIRMED,
}  # fmt: skip
UNNAMED = Decline("The payment was declined.", ASK_BANK)


def explain(code: str) -> Decline:
    """This will put a decline code into words; a code nobody named here still gets a sentence."""
    return _BY_CODE.get(code, UNNAMED)
