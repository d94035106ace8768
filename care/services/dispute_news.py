"""Telling everyone whom a dispute touched: mails in its transaction, events at the very end of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.services import owe_mail
from care.models import Dispute, DisputedGift
from events import log
from look import money
from wallet.models import Order
from wallet.services.steps import announcement

type Event = tuple[str, str, dict[str, Any]]


@dataclass
class Letter:
    """A mail that is owed to somebody."""

    user: User
    kind: str
    facts: dict[str, str | int]


@dataclass
class News:
    """What one look at a dispute brought for the people it touches."""

    order: Order
    letters: list[Letter] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def opened(self, case: Dispute, gifts: Iterable[DisputedGift]) -> None:
        """Coins and diamonds were set aside."""
        self._to_buyer(case, "dispute_opened", "wallet.coins_held")
        self._to_creators(gifts, "diamonds_held")

    def won(self, case: Dispute, gifts: Iterable[DisputedGift]) -> None:
        """Everything is back."""
        self._to_buyer(case, "dispute_won", "wallet.coins_restored")
        self._to_creators(gifts, "diamonds_restored")

    def lost(self, case: Dispute, gifts: Iterable[DisputedGift]) -> None:
        """What was set aside is gone."""
        self._to_buyer(case, "dispute_lost", "wallet.coins_taken")
        self._to_creators(gifts, "diamonds_cancelled")

    def tell(self, *, now: datetime) -> None:
        """Owe the mails and publish the events, in one go. The last thing in the transaction."""
        for letter in self.letters:
            owe_mail(user=letter.user, kind=letter.kind, facts=letter.facts, now=now)
        log.publish_many(self.events)

    def _to_buyer(self, case: Dispute, kind: str, event: str) -> None:
        buyer = self.order.user
        facts = {
            "coins": money.spoken(case.held_coins, money.COIN) if case.held_coins else "No coins",
            "price": money.money(case.amount_minor, case.currency),
            "order": str(self.order.pk),
        }
        self.letters.append(Letter(buyer, kind, dict(facts)))
        self.events.append(announcement(self.order))
        if case.held_coins:
            body = {"order": str(self.order.pk), "coins": case.held_coins}
            self.events.append((f"user:{buyer.pk}", event, body))

    def _to_creators(self, gifts: Iterable[DisputedGift], kind: str) -> None:
        """Each creator hears once, how much of which gifts; never whose payment it was."""
        by_creator: dict[int, list[DisputedGift]] = defaultdict(list)
        for gift in gifts:
            by_creator[gift.creator_id].append(gift)
        for creator_id in sorted(by_creator):
            touched = by_creator[creator_id]
            units = sum(gift.diamond_units for gift in touched)
            facts = {"diamonds": money.spoken(units, money.DIAMOND), "gifts": _gifts(len(touched))}
            self.letters.append(Letter(touched[0].creator, kind, dict(facts)))
            body = {"diamond_units": units, "gifts": [gift.gift_id for gift in touched]}
            for stream in (f"creator:{creator_id}", f"user:{creator_id}"):
                self.events.append((stream, f"creator.{kind}", body))


def _gifts(count: int) -> str:
    return "one gift" if count == 1 else f"{count} gifts"
