"""Whatever order the provider's events arrive in, however often, and however few: the same state in the end."""

import itertools
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from care.models import Dispute
from care.tasks import sweep_disputes
from ground import clock as business_clock
from ledger import books
from provider import calls, hooks, listing
from provider.client import stripe_client
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import (
    CARD_3DS,
    CARD_DECLINED,
    IBAN_REFUSED,
    HostedPage,
    Webhooks,
    cash,
    provider_cash,
    work_off_inbox,
)
from tests.undone import undone
from tests.wallet.conftest import buy
from wallet.models import Order, Refund
from wallet.services import refund_sweep, sweep

pytestmark = pytest.mark.django_db(transaction=True)

MOST_EVENTS = 5  # 120 orders; of a longer flow the last ones, which decide
CARD_REFUND_FAILS = "4000000000005126"


class Provider:
    """What happens to one payment at the provider while nobody tells us."""

    def __init__(self, fakestripe: FakeStripe, clock: Clock, order: Order) -> None:
        self.fakestripe, self.clock, self.page, self.order = (
            fakestripe,
            clock,
            HostedPage(order.checkout_url),
            order,
        )

    def intent(self) -> str:
        session = stripe_client().v1.checkout.sessions.retrieve(str(self.order.session_id))
        return str(session.payment_intent)

    def refund(self) -> None:
        self.fakestripe.control("refunds", {"payment_intent": self.intent(), "action": "create"})

    def dispute(self, kind: str, *actions: str) -> None:
        facts = {"payment_intent": self.intent(), "action": "open", "kind": kind}
        dispute = self.fakestripe.control("disputes", facts)["id"]
        for action in actions:
            self.fakestripe.control("disputes", {"dispute": dispute, "action": action})


def card(at: Provider) -> None:
    at.page.pay()


def declined_then_paid(at: Provider) -> None:
    at.page.pay(CARD_DECLINED)
    at.page.pay()


def bank_asked(at: Provider) -> None:
    at.page.confirm(at.page.pay(CARD_3DS), "approve")


def wallet_used(at: Provider) -> None:
    at.page.pay_by("paypal")


def slow_paid(at: Provider) -> None:
    at.page.pay_by("sepa_debit")
    at.clock.advance(days=4)


def slow_refused(at: Provider) -> None:
    at.page.pay_by("sepa_debit", iban=IBAN_REFUSED)
    at.clock.advance(days=4)


def expired(at: Provider) -> None:
    at.page.pay(CARD_DECLINED)
    at.clock.advance(hours=25)


def refunded(at: Provider) -> None:
    at.page.pay()
    at.refund()


def refund_failed(at: Provider) -> None:
    at.page.pay(CARD_REFUND_FAILS)
    at.refund()
    at.clock.advance(days=2)


def disputed(at: Provider) -> None:
    at.page.pay()
    at.dispute("fraudulent")


def dispute_lost(at: Provider) -> None:
    at.page.pay()
    at.dispute("fraudulent", "lose")


def dispute_won(at: Provider) -> None:
    at.page.pay()
    at.dispute("product_not_received", "win")


def inquiry_closed(at: Provider) -> None:
    at.page.pay()
    at.dispute("inquiry", "close_inquiry")


FLOWS: dict[str, tuple[Callable[[Provider], None], tuple[str, int]]] = {
    "card": (card, ("credited", 700)),
    "declined, then paid": (declined_then_paid, ("credited", 700)),
    "3-D Secure": (bank_asked, ("credited", 700)),
    "PayPal": (wallet_used, ("credited", 700)),
    "SEPA": (slow_paid, ("credited", 700)),
    "SEPA refused": (slow_refused, ("expired", 0)),
    "expired": (expired, ("expired", 0)),
    "refunded": (refunded, ("cancelled", 0)),  # it was given back before we could give coins for it
    "refund failed": (refund_failed, ("credited", 700)),
    "disputed": (disputed, ("disputed", 0)),
    "dispute lost": (dispute_lost, ("disputed", 0)),
    "dispute won": (dispute_won, ("credited", 700)),
    "inquiry closed": (inquiry_closed, ("credited", 700)),
}
IN_EURO = ("SEPA", "SEPA refused")


class Played:
    """One flow that has happened at the provider, and none of which we have heard."""

    def __init__(self, name: str, order: Order, webhooks: Webhooks, fakestripe: FakeStripe) -> None:
        self.name, self.order, self.webhooks, self.fakestripe = name, order, webhooks, fakestripe
        self.expected = FLOWS[name][1]
        self.events = [one for one in webhooks.events() if hooks.handler_of(one["type"])][-MOST_EVENTS:]

    def after(self, *events: dict[str, Any]) -> str:
        """How everything stands once these have come, one after the other; then it is taken back."""
        with undone():
            for event in events:
                assert self.webhooks.deliver(event).status_code == 200
                work_off_inbox()
            return self.standing()

    def standing(self) -> str:
        """Everything that a person or an auditor could see, in words that can be compared."""
        self.order.refresh_from_db()
        held = books.balance(self.order.user.ledger_id, "coins.held", books.COIN)
        coins = books.balance(self.order.user.ledger_id, "coins", books.COIN)
        assert (self.order.state, coins) == self.expected
        if self.name not in IN_EURO:
            assert cash() == provider_cash(self.fakestripe)
        return str(
            (
                self.order.held_reason,
                self.order.refunded_minor,
                held,
                sorted(books.totals().items()),
                sorted(Refund.objects.values_list("state", "coins", "amount_minor")),
                sorted(Dispute.objects.values_list("status", "outcome", "held_coins")),
                sorted(Counter(self.order.events.values_list("kind", flat=True)).items()),
            )
        )


@pytest.fixture(params=list(FLOWS))
def played(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    person: Callable[..., User],
    economy: object,
    fakestripe: FakeStripe,
    clock: Clock,
    webhooks: Webhooks,
) -> Played:
    """A flow at the provider; all that it would tell us is still to be told."""
    name = request.param
    order = buy(person("ana", country="DE" if name in IN_EURO else "US", totp_secret=None))
    FLOWS[name][0](Provider(fakestripe, clock, order))
    monkeypatch.setattr(calls, "_demand_no_transaction", lambda: None)  # the one around it is the test's own
    return Played(name, order, webhooks, fakestripe)


def test_every_order_of_a_flows_events_ends_the_same(played: Played) -> None:
    ends = {played.after(*events) for events in itertools.permutations(played.events)}
    assert len(ends) == 1


def test_ten_times_the_same_is_once(played: Played) -> None:
    assert played.after(*played.events * 10) == played.after(*played.events)


def test_what_was_lost_is_found_by_the_sweeps(played: Played, clock: Clock) -> None:
    """The provider's list has what its deliveries lost, and open orders are asked about besides."""
    told = played.after(*played.events)
    clock.advance(minutes=30)
    for dropped in (10, 50, 100):
        chance = random.Random(dropped)
        with undone():
            for event in played.events:
                if chance.randrange(100) >= dropped:
                    played.webhooks.deliver(event)
            _sweep()
            assert played.standing() == told


def _sweep() -> None:
    """What beat does, each in its turn."""
    now = business_clock.now()
    listing.find_lost_events()
    work_off_inbox()
    for order_id in sweep.due_orders(now=now):
        sweep.check_order(order_id=order_id, now=now)
    for refund_id in refund_sweep.due_refunds(now=now):
        refund_sweep.check_refund(refund_id=refund_id, now=now)
    sweep_disputes()
