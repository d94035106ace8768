"""A buyer, a creator on stage, and a bank that disputes: what the tests of disputes play on."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from accounts.models import OwedMail, User
from care.models import Dispute, DisputedGift
from care.services.disputes import look_at_dispute
from events.models import Event
from gifts.models import Gift, SentGift
from gifts.services import send_gift
from ground import clock
from ledger import books
from live.models import Room
from provider.client import stripe_client
from provider.models import OperatorAlert
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.wallet import CARD_OK, HostedPage, Webhooks, cash, provider_cash
from wallet import services
from wallet.models import Order
from wallet.services.steps import Source

COINS = 700  # for $8.95
PRICE = 895
FEE = 1_500


@dataclass
class Bank:
    """The buyer's bank, and everything that it can do to a payment of 700 coins for $8.95."""

    fakestripe: FakeStripe
    webhooks: Webhooks
    buyer: User
    room: Room
    rose: Gift
    dispute_id: str = ""
    orders: list[Order] = field(default_factory=list)

    def buy(self, *, card: str = CARD_OK, package: str = "coins-700") -> Order:
        """A recharge that is paid and credited."""
        order = services.create_order(
            user=self.buyer, key=f"test:{uuid4()}", now=clock.now(), package=package
        )
        assert HostedPage(order.checkout_url).pay(card).status_code == 303
        services.fulfil(session_id=str(order.session_id), source=Source.LANDING, now=clock.now())
        order.refresh_from_db()
        assert order.was_credited
        self.orders.append(order)
        return order

    def begin(self) -> Order:
        """A recharge that is paid at the provider, while all of its messages are lost."""
        order = services.create_order(
            user=self.buyer, key=f"test:{uuid4()}", now=clock.now(), package="coins-700"
        )
        HostedPage(order.checkout_url).pay()
        session = stripe_client().v1.checkout.sessions.retrieve(str(order.session_id)).to_dict()
        order.payment_intent_id = session["payment_intent"]  # not saved: only for `open`
        return order

    def foreign_payment(self) -> str:
        """A payment that no order of ours knows; its payment intent."""
        client = stripe_client().v1.payment_intents
        made = client.create(
            {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True,
             "payment_method_types": ["card"]}
        )  # fmt: skip
        return str(made.id)

    def give(self, coins: int, *, to: Room | None = None) -> SentGift:
        """A gift of so many coins (in tens) to Bob."""
        sent = send_gift(
            sender=self.buyer,
            room_id=(to or self.room).pk,
            gift=self.rose.slug,
            quantity=coins // 10,
            coins=coins,
            key=str(uuid4()),
            now=clock.now(),
        )
        return SentGift.objects.get(pk=sent.id)

    def open(self, order: Order, kind: str = "fraudulent", **more: Any) -> str:
        """The bank disputes; nobody has told us yet."""
        facts = {"payment_intent": order.payment_intent_id, "action": "open", "kind": kind}
        self.dispute_id = str(self.fakestripe.control("disputes", facts | more)["id"])
        return self.dispute_id

    def decide(self, action: str, **more: Any) -> None:
        """win, lose, escalate or close_inquiry; nobody has told us yet."""
        self.fakestripe.control("disputes", {"dispute": self.dispute_id, "action": action} | more)

    def look(self) -> Dispute:
        """What a worker does with any event of the dispute."""
        return look_at_dispute(provider_id=self.dispute_id, source=Source.WEBHOOK, now=clock.now())

    def disputed(self, order: Order, kind: str = "fraudulent", **more: Any) -> Dispute:
        """The bank disputes, and we have looked."""
        self.open(order, kind, **more)
        return self.look()

    def decided(self, action: str, **more: Any) -> Dispute:
        self.decide(action, **more)
        return self.look()

    # What there is

    def coins(self, code: str = "coins") -> int:
        return books.balance(self.buyer.ledger_id, code, books.COIN)

    def diamonds(self, creator: User | None = None) -> dict[str, int]:
        """What a creator (Bob) has, pending days written as one, without the empty ones."""
        found: dict[str, int] = {}
        for (code, unit), units in books.balances((creator or self.room.creator).ledger_id).items():
            if unit == books.DIAMOND and units:
                family = code.split("/")[0].removeprefix("diamonds.")
                found[family] = found.get(family, 0) + units
        return found

    def money(self, family: str, currency: str = "USD") -> int:
        return books.totals().get((family, currency), 0)

    def assert_money_agrees(self, *currencies: str) -> None:
        """Our books, the provider's journal, and clearing accounts that are back at nothing."""
        for currency in currencies or ("USD",):
            assert cash(currency) == provider_cash(self.fakestripe, currency.lower())
            assert self.money("dispute.clearing", currency) == 0
        assert books.imbalance() == {}


def mails() -> list[tuple[str, str]]:
    """(handle, kind) of what is owed to people, oldest first; receipts go another way."""
    return list(OwedMail.objects.order_by("pk").values_list("user__handle", "kind"))


def events_of(stream: str) -> list[str]:
    """The types on a stream, oldest first."""
    rows = Event.objects.filter(stream__name=stream).order_by("first_number")
    return [row.type for row in rows for _ in row.bodies]


def alerts() -> list[str]:
    """Codes of open alerts."""
    return list(OperatorAlert.objects.filter(resolved_at=None).order_by("pk").values_list("code", flat=True))


def touched() -> list[tuple[int, int, str]]:
    """(coins, hundredths, fate) of every gift that disputes touched, oldest first."""
    return list(DisputedGift.objects.order_by("pk").values_list("coins", "diamond_units", "fate"))
