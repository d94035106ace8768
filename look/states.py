"""One registry for every state a person can meet: its word, colour and icon, in pages, mails and admin.

A state that is missing here is a programmer's mistake: `state()` raises, and tests ask for each app's choices.
"""

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString

Tone = Literal["neutral", "info", "good", "warn", "bad", "live"]


@dataclass(frozen=True)
class State:
    """How one state looks: the `word` people read, its `tone` (colour), its `icon`, and one sentence of meaning."""

    word: str
    tone: Tone
    icon: str
    meaning: str = ""


# Mail programs know neither custom properties nor OKLCH: (text, ground) as sRGB, from tokens.css, light theme.
# tests/look/test_states.py recomputes them.
MAIL_COLOURS: Final[dict[Tone, tuple[str, str]]] = {
    "neutral": ("#65616d", "#eceaf1"),
    "info": ("#5d42bb", "#eeeeff"),
    "good": ("#0a693c", "#daf7e3"),
    "warn": ("#8c5007", "#ffecd4"),
    "bad": ("#b71824", "#ffeae9"),
    "live": ("#191125", "#ff6f4a"),
}

ORDER: Final = {
    "created": State("Created", "neutral", "circle-dashed", "You chose a package. Nothing was charged."),
    "awaiting_payment": State("Waiting for payment", "info", "clock", "The payment page is open; nothing charged."),
    "processing": State("Waiting for your bank", "info", "hourglass", "Your bank is still confirming the payment."),
    "paid": State("Paid, crediting", "info", "loader-circle", "It arrived. Your coins follow within seconds."),
    "held": State("On hold", "warn", "circle-pause", "A person is looking at it. Your payment is safe."),
    "credited": State("Credited", "good", "circle-check", "The coins are in your balance."),
    "declined": State("Declined", "bad", "circle-x", "The payment was declined. Nothing was charged."),
    "expired": State("Expired", "neutral", "timer", "The payment page closed before a payment. Nothing was charged."),
    "cancelled": State("Cancelled", "neutral", "ban", "You stopped this order. Nothing was charged."),
    "refunded": State("Refunded", "warn", "undo-2", "The money went back to your payment method."),
    "disputed": State("Disputed", "warn", "scale", "Your bank is looking into this payment."),
    "dispute_lost": State("Taken back", "bad", "scale", "Your bank took this payment back."),
}  # fmt: skip

REFUND: Final = {
    "proposed": State("Waits for a colleague", "warn", "users", "A second operator must agree to it."),
    "pending": State("On its way", "info", "hourglass", "The payment provider has not confirmed it yet."),
    "succeeded": State("Paid back", "good", "undo-2", "It went back to your payment method."),
    "failed": State("Did not arrive", "bad", "circle-x", "The coins are back in your balance."),
    "canceled": State("Called back", "neutral", "ban", "The coins are back in your balance."),
    "rejected": State("Not agreed to", "neutral", "ban", "Nothing was taken or paid."),
}

PAYOUT: Final = {
    "requested": State("Requested", "info", "clock", "We have your request. The diamonds are reserved."),
    "screening": State("Being checked", "info", "shield-check", "Automatic checks run before a person looks."),
    "approved": State("Approved", "info", "check", "Approved. It is sent next."),
    "sending": State("Sending", "info", "send", "The payment provider has it."),
    "sent": State("On its way", "info", "landmark", "On the way to your bank."),
    "paid": State("Paid", "good", "circle-check", "The money arrived at your bank."),
    "on_hold": State("On hold", "warn", "circle-pause", "We need more time. Your diamonds stay reserved."),
    "rejected": State("Rejected", "bad", "circle-x", "Not sent. The diamonds are back in your balance."),
    "cancelled": State("Cancelled", "neutral", "ban", "You cancelled it. The diamonds are back in your balance."),
    "failed": State("Failed at the bank", "bad", "triangle-alert", "The bank refused it. The money is coming back."),
    "returned": State("Returned", "warn", "undo-2", "The money came back. The diamonds are in your balance again."),
}  # fmt: skip

ROOM: Final = {
    "scheduled": State("Scheduled", "info", "calendar-clock", "Starts later."),
    "live": State("Live", "live", "radio", "On stage now."),
    "ended": State("Ended", "neutral", "circle-stop", "The curtain has fallen."),
}

DIAMONDS: Final = {
    "pending": State("Pending", "info", "hourglass", "Earned; matures on the date shown."),
    "available": State("Available", "good", "circle-check", "Ready to cash out."),
    "reserved": State("Reserved", "warn", "lock", "In a cash-out that is under way."),
    "held": State("On hold", "warn", "circle-pause", "A payment that funded these is disputed."),
    "paid": State("Paid out", "neutral", "banknote", "Cashed out."),
}

DISPUTE: Final = {
    "warning_needs_response": State("Inquiry, to answer", "warn", "message-circle", "The bank asks. No money moved."),
    "warning_under_review": State("Inquiry, answered", "info", "hourglass", "The bank reads it. No money moved."),
    "warning_closed": State("Inquiry, closed", "neutral", "check", "The bank asks no more. No money moved."),
    "needs_response": State("To answer", "bad", "scale", "The bank took the money and waits for our evidence."),
    "under_review": State("The bank decides", "warn", "hourglass", "Our evidence is at the bank."),
    "won": State("Won", "good", "circle-check", "The payment stands."),
    "lost": State("Lost", "bad", "circle-x", "The bank took the payment back."),
    "prevented": State("Prevented", "neutral", "shield-check", "Settled before it became a dispute."),
}  # fmt: skip

DISPUTED_GIFT: Final = {
    "held": State("Set aside", "warn", "circle-pause", "A bank is looking into the payment behind it."),
    "restored": State(
        "Back", "good", "circle-check", "The payment stands; the diamonds are yours as before."
    ),
    "cancelled": State("Cancelled", "bad", "circle-x", "A bank took the payment back before they matured."),
}

INBOX: Final = {
    "received": State("Received", "info", "inbox"),
    "done": State("Done", "good", "circle-check"),
    "waiting": State("Waiting", "warn", "hourglass"),
    "ignored": State("Ignored", "neutral", "ban"),
    "failed": State("Failed", "bad", "triangle-alert"),
}

CALL: Final = {
    "pending": State("Asked, no answer yet", "info", "clock"),
    "done": State("Done", "good", "circle-check"),
    "intended": State("About to be sent", "info", "clock"),
    "unknown": State("No answer yet", "warn", "hourglass"),
    "succeeded": State("Succeeded", "good", "circle-check"),
    "refused": State("Refused", "bad", "circle-x"),
}

ACCOUNT: Final = {
    "incomplete": State("Not finished", "warn", "circle-dashed", "The payout account still needs details."),
    "restricted": State("Needs attention", "warn", "triangle-alert", "The provider asks for more details."),
    "pending": State("Being checked", "info", "hourglass", "The provider checks your details."),
    "ready": State("Ready", "good", "circle-check", "Payouts can be sent here."),
    "disabled": State("Closed", "bad", "ban", "Payouts cannot be sent here."),
    "frozen": State("Frozen", "bad", "snowflake", "Spending and cash-out are stopped."),
}

CASE: Final = {
    "open": State("Open", "info", "inbox", "We have your message. Nobody has answered yet."),
    "waiting_for_you": State("Waiting for you", "warn", "message-circle", "We answered. The next word is yours."),
    "waiting_for_us": State("Waiting for us", "info", "hourglass", "The next word is ours."),
    "solved": State("Solved", "good", "circle-check", "Closed. Answer in it to open it again."),
}  # fmt: skip

CHECK: Final = {
    "ok": State("All right", "good", "circle-check"),
    "degraded": State("Degraded", "warn", "triangle-alert"),
    "down": State("Down", "bad", "circle-x"),
    "open": State("Open", "warn", "circle-dot"),
    "closed": State("Closed", "neutral", "check"),
}

OFFER: Final = {
    "draft": State("Draft", "neutral", "pencil", "Only operators see it."),
    "upcoming": State("Not yet", "info", "calendar-clock", "Announced; it begins on its date."),
    "running": State("Running", "good", "tag", "It counts now."),
    "used_up": State("Used up", "warn", "circle-stop", "Everything it had to give is taken."),
    "ended": State("Ended", "neutral", "timer", "It is over. What was sold keeps its terms."),
}

CHALLENGE: Final = {
    "draft": OFFER["draft"],
    "upcoming": State("Not yet", "info", "calendar-clock", "It begins on its date."),
    "running": State("Running", "good", "flag", "Gifts sent now count."),
    "won": State("Won", "good", "badge-check", "You reached the goal."),
    "ended": State("Ended", "neutral", "timer", "It is over."),
}

OFFER_USE: Final = {
    "reserved": State("Reserved", "info", "clock", "It is in an order that is not paid yet."),
    "granted": State("Granted", "good", "circle-check", "The order is credited, and has what was promised."),
    "released": State("Given back", "neutral", "undo-2", "The order ended unpaid."),
    "lost": State("Not granted", "neutral", "info", "Another recharge of this person was the first."),
}

KINDS: Final[dict[str, dict[str, State]]] = {
    "order": ORDER,
    "refund": REFUND,
    "payout": PAYOUT,
    "room": ROOM,
    "diamonds": DIAMONDS,
    "dispute": DISPUTE,
    "disputed_gift": DISPUTED_GIFT,
    "inbox": INBOX,
    "call": CALL,
    "account": ACCOUNT,
    "case": CASE,
    "check": CHECK,
    "offer": OFFER,
    "challenge": CHALLENGE,
    "offer_use": OFFER_USE,
}


def state(kind: str, name: str) -> State:
    """Answer how state `name` of `kind` looks. Raises KeyError: the state was never registered."""
    return KINDS[kind][str(name)]


def mail_chip(kind: str, name: str) -> SafeString:
    """Draw the state for places without our style sheets (mails, admin): colours inline, the word always there."""
    shown = state(kind, name)
    text, ground = MAIL_COLOURS[shown.tone]
    return format_html(
        '<span style="display:inline-block;padding:2px 10px;border-radius:99px;'
        'background:{};color:{};font-weight:600;font-size:13px;white-space:nowrap">{}</span>',
        ground, text, shown.word,
    )  # fmt: skip
