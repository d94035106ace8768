"""Refunds, gifts and fulfilments of one wallet at the same instant, and a worker killed around the outside call."""

import os
import signal
import subprocess
import sys
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from gifts.errors import InsufficientCoins
from gifts.models import Gift, SentGift
from gifts.services import send_gift
from ground import clock as business_clock
from live.models import Room
from tests.fixtures.races import Race
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import HostedPage
from tests.wallet.conftest import buy, coins, kinds, now_of
from tests.wallet.refunds_stage import allow_withdrawal, ask, at_provider, both_agree, bought
from wallet import errors, refund_errors, services
from wallet.models import Order, Refund
from wallet.services import refund_sweep
from wallet.services.steps import Source

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

ASKER = """
import sys, django
django.setup()
from ground import clock
from wallet import services
from wallet.models import Order
order = Order.objects.get()
services.ask_refund(order=order, coins=350, asked_by=order.user, reason="", key="k", now=clock.now())
"""


@pytest.fixture
def order(american: User, economy: object, fakestripe: FakeStripe) -> Order:
    """Ana's 700 coins for $8.95, which she may give back for 14 days."""
    allow_withdrawal()
    return bought(american)


def test_two_hundred_callers_on_one_wallet_never_spend_or_refund_a_coin_twice(
    order: Order, american: User, creator: User, room: Room, rose: Gift, race: Race, fakestripe: FakeStripe
) -> None:
    turns = count()

    def act() -> Any:
        match next(turns) % 3:
            case 0:
                return services.fulfil(
                    session_id=str(order.session_id), source=Source.WEBHOOK, now=business_clock.now()
                )
            case 1:
                return ask(order, 50, by=creator)
            case _:
                return send_gift(
                    sender=american, room_id=room.pk, gift=rose.slug, quantity=5, coins=50, key=str(uuid4()),
                    now=business_clock.now(),
                )  # fmt: skip

    outcomes = race(200, act)
    refused = [one for one in outcomes if isinstance(one, type)]
    assert set(refused) <= {errors.TooFewCoinsLeft, InsufficientCoins, refund_errors.NotRefundable}
    refunded = Refund.objects.filter(state="succeeded").count()
    assert refunded == len([one for one in outcomes if isinstance(one, Refund)])
    assert refunded + SentGift.objects.count() == 14  # 700 ÷ 50: every coin went once
    assert coins(american) == 0
    assert len(at_provider(order)) == refunded
    both_agree(fakestripe)


def test_two_hundred_fulfilments_credit_once_and_one_key_refunds_once(
    american: User, race: Race, fakestripe: FakeStripe
) -> None:
    allow_withdrawal()
    order = buy(american)
    HostedPage(order.checkout_url).pay()
    fulfil: dict[str, Any] = {
        "session_id": str(order.session_id),
        "source": Source.WEBHOOK,
        "now": business_clock.now(),
    }
    race(200, lambda: services.fulfil(**fulfil))
    assert now_of(order) == ("credited", 700)
    assert kinds(order).count("credited") == 1
    made = race(25, lambda: ask(order, 350, key="k"))
    assert len({refund.pk for refund in made}) == 1
    assert (coins(american), at_provider(order)) == (350, [(447, "succeeded")])
    both_agree(fakestripe)


def test_everything_wanted_back_by_many_at_once_goes_back_once(
    order: Order, race: Race, fakestripe: FakeStripe
) -> None:
    outcomes = race(10, lambda: ask(order))
    assert len([one for one in outcomes if isinstance(one, Refund)]) == 1
    assert (now_of(order), at_provider(order)) == (("refunded", 0), [(895, "succeeded")])
    both_agree(fakestripe)


@pytest.mark.parametrize("failpoint", ["before_refund", "refund_made"])
def test_killed_around_the_providers_answer_it_refunds_once(
    order: Order, failpoint: str, clock: Clock, fakestripe: FakeStripe
) -> None:
    environment = {**os.environ, "OVATION_FAILPOINT": failpoint}
    worker = subprocess.run([sys.executable, "-c", ASKER], env=environment, timeout=60)
    assert worker.returncode == -signal.SIGKILL
    refund = Refund.objects.get()
    assert (refund.state, refund.provider_id, coins(order.user)) == ("pending", None, 350)
    clock.advance(minutes=1)
    refund_sweep.check_refund(refund_id=refund.pk, now=business_clock.now())
    assert ask(order, 350, key="k").state == "succeeded"
    assert at_provider(order) == [(447, "succeeded")]
    both_agree(fakestripe)


def test_many_workers_on_one_due_refund_ask_once(
    order: Order, clock: Clock, race: Race, fakestripe: FakeStripe
) -> None:
    fakestripe.control("faults", {"kind": "429", "method": "POST", "path": "/v1/refunds"})
    refund = ask(order)
    assert refund.state == "pending"
    clock.advance(minutes=1)
    now = business_clock.now()
    claimed = race(8, lambda: refund_sweep.check_refund(refund_id=refund.pk, now=now))
    assert len([one for one in claimed if one is not None]) == 1
    assert at_provider(order) == [(895, "succeeded")]
    both_agree(fakestripe)
