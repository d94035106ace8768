"""Why a payment did not work, in words that help, by the provider's code (docs.stripe.com/declines/codes)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decline:
    """What happened and what to do now. Every sentence also says that no money moved."""

    message: str
    next_step: str


OTHER_CARD = "Try another card or payment method."
ASK_BANK = "Ask your bank, or try another card."

_BY_CODE = {
    "insufficient_funds": Decline(
        "Your bank says there is not enough money on this card.", "Try another card, or a smaller amount."
    ),
    "card_declined": Decline("Your bank declined the payment without saying why.", ASK_BANK),
    "generic_decline": Decline("Your bank declined the payment without saying why.", ASK_BANK),
    "do_not_honor": Decline("Your bank declined the payment without saying why.", ASK_BANK),
    "expired_card": Decline("This card has expired.", OTHER_CARD),
    "incorrect_cvc": Decline("The security code is not right.", "Type the three or four digits again."),
    "invalid_cvc": Decline("The security code is not right.", "Type the three or four digits again."),
    "incorrect_number": Decline("The card number is not right.", "Check the number and type it again."),
    "invalid_number": Decline("The card number is not right.", "Check the number and type it again."),
    "invalid_expiry_month": Decline("The expiry date is not right.", "Check the date on the card."),
    "invalid_expiry_year": Decline("The expiry date is not right.", "Check the date on the card."),
    "processing_error": Decline("The card could not be processed just now.", "Wait a minute and try again."),
    "try_again_later": Decline("Your bank could not answer just now.", "Wait a minute and try again."),
    "authentication_required": Decline(
        "Your bank wants you to confirm the payment.", "Try again and confirm it in your bank's window."
    ),
    "payment_intent_authentication_failure": Decline(
        "The payment was not confirmed with your bank.", "Try again and confirm it in your bank's window."
    ),
    "lost_card": Decline("Your bank does not allow payments with this card.", ASK_BANK),
    "stolen_card": Decline("Your bank does not allow payments with this card.", ASK_BANK),
    "pickup_card": Decline("Your bank does not allow payments with this card.", ASK_BANK),
    "restricted_card": Decline("Your bank does not allow payments with this card.", ASK_BANK),
    "fraudulent": Decline("The payment was stopped by a security check.", OTHER_CARD),
    "highest_risk_level": Decline("The payment was stopped by a security check.", OTHER_CARD),
    "card_not_supported": Decline("This card cannot be used for this kind of payment.", OTHER_CARD),
    "currency_not_supported": Decline("This card cannot pay in this currency.", OTHER_CARD),
    "card_velocity_exceeded": Decline("This card has reached its limit.", "Try another card, or wait a day."),
    "withdrawal_count_limit_exceeded": Decline(
        "This card has reached its limit.", "Try another card, or wait a day."
    ),
    "payment_method_customer_decline": Decline(
        "The payment was cancelled before it was confirmed.", "Try again, or choose another way to pay."
    ),
    "payment_method_provider_decline": Decline(
        "The wallet or bank did not allow this payment.", "Try again, or choose another way to pay."
    ),
    "payment_intent_payment_attempt_expired": Decline(
        "The payment did not arrive in time.", "Start again; nothing was taken."
    ),
    "debit_not_authorized": Decline(
        "Your bank did not allow this debit.", "Ask your bank, or pay another way."
    ),
    "charge_exceeds_source_limit": Decline(
        "This is more than may be debited from one account in a week.",
        "Pay another way, or a smaller amount.",
    ),
    "charge_exceeds_weekly_limit": Decline(
        "This is more than may be debited in a week.", "Pay another way, or a smaller amount."
    ),
    "transaction_not_allowed": Decline("Your bank does not allow this kind of payment.", ASK_BANK),
}
UNNAMED = Decline("The payment was declined.", ASK_BANK)


def explain(code: str) -> Decline:
    """This will put a decline code into words; a code nobody named here still gets a sentence."""
    return _BY_CODE.get(code, UNNAMED)
