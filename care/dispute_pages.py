"""What a dispute looks like to those it touches, as ready values: the buyer's panel, the creator's, the stop."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.hooks import Panel
from accounts.models import User
from care.dispute_errors import BuyingStopped
from care.dispute_selectors import disputes_of_order, held_diamonds_of, standing_dispute
from care.dispute_states import Outcome
from care.models import Dispute, DisputedGift
from ground.errors import DomainError
from look import money
from wallet.models import Order

# The provider's codes in words a buyer knows. Others are shown as "another reason".
REASONS = {
    "fraudulent": "the payment was not recognised or not allowed",
    "unrecognized": "the payment was not recognised",
    "product_not_received": "what was paid for did not arrive",
    "product_unacceptable": "what was paid for was not as described",
    "duplicate": "the same was charged twice",
    "credit_not_processed": "a promised refund did not arrive",
    "subscription_canceled": "a subscription was over",
    "general": "another reason",
}


@dataclass(frozen=True)
class BuyersView:
    """One dispute as the buyer's page tells it."""

    tone: str
    title: str
    words: str
    facts: list[tuple[str, str]]
    next_steps: list[str]
    at: datetime


@dataclass(frozen=True)
class GiftLine:
    """One touched gift as its creator sees it: nothing of it that the gift had not shown."""

    row: DisputedGift
    name: str
    sender: User | None  # None: given anonymously


def buying_stop(person: User) -> DomainError | None:
    """While a bank disputes one of their payments, nobody sells this person coins."""
    case = standing_dispute(person)
    return None if case is None else BuyingStopped(order=str(case.order_id))


def order_panel(order: Order) -> Iterator[Panel]:
    """What banks said about this order."""
    if cases := disputes_of_order(order):
        yield Panel("care/order_disputes.html", {"views": [buyers_view(case) for case in cases]})


def studio_panel(creator: User) -> Iterator[Panel]:
    """What disputes set aside of a creator's diamonds."""
    sums = held_diamonds_of(creator)
    if sums.is_anything:
        yield Panel("care/studio_disputes.html", {"sums": sums})


def buyers_view(case: Dispute) -> BuyersView:
    """What is held, why, and what happens next."""
    tone, title, words, next_steps = _told(case)
    facts = [
        ("Payment disputed", money.money(case.amount_minor, case.currency)),
        ("The bank says", REASONS.get(case.reason, REASONS["general"])),
    ]
    if case.opened_at is not None:
        facts.append((_held_name(case), money.spoken(case.held_coins, money.COIN)))
    return BuyersView(
        tone, title, words, facts, next_steps, case.decided_at or case.opened_at or case.seen_at
    )


def gift_line(row: DisputedGift) -> GiftLine:
    """One line of a creator's list."""
    sent = row.gift
    name = f"{sent.gift.name} ×{sent.quantity}" if sent.quantity > 1 else sent.gift.name
    return GiftLine(row, name, sent.sender_shown_to(row.creator_id))


def _told(case: Dispute) -> tuple[str, str, str, list[str]]:
    if case.outcome == Outcome.WON:
        back = "What was set aside is back in your balance." if case.held_coins else "Nothing was set aside."
        return "good", "The bank has decided: the payment stands", back, []
    if case.outcome == Outcome.LOST:
        return (
            "info",
            "The bank gave you this payment back",
            "What was left of its coins went with it. Spent coins are not asked back: you owe nothing.",
            [],
        )
    if case.is_inquiry:
        return (
            "info",
            "Your bank asks us about this payment",
            "No money and no coins have moved. We answer your bank.",
            ["If you recognise the payment, tell your bank so: that ends it at once."],
        )
    return (
        "warn",
        "Your bank disputes this payment and took the money back for now",
        "What was not spent of its coins is set aside until the bank has decided. That can take up to three months.",
        [
            "If the payment was yours, tell your bank to take the dispute back: the coins return by themselves.",
            "If it was not, say so on “I did not do this” below, so that we can secure your account.",
            "Until it is decided you cannot buy coins. Those you have can be spent.",
        ],
    )


def _held_name(case: Dispute) -> str:
    return {"": "Coins set aside", Outcome.WON: "Coins that came back"}.get(case.outcome, "Coins taken back")
