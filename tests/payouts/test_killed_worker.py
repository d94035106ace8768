"""A real worker process killed at each step around the outside calls: paid once, or all returned."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from pytest_django import Settings

from accounts.models import User
from ground import clock as business_clock
from payouts.models import Payout
from payouts.states import PayoutState
from tests.fixtures.payouts import (
    ENOUGH_UNITS,
    NO_ACCOUNT,
    GiveDiamonds,
    Onboard,
    diamonds,
    made_at_provider,
    work,
    work_now,
)
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock

WORKER = """
import sys, uuid, django
django.setup()
from payouts.services.work import work_on_payout
work_on_payout(payout_id=uuid.UUID(sys.argv[1]))
"""


def die_at(failpoint: str, payout: Payout) -> Payout:
    """Let a worker process work on the payout until it is killed at `failpoint`; its lease then runs out."""
    environment = {**os.environ, "OVATION_FAILPOINT": failpoint}
    worker = subprocess.run([sys.executable, "-c", WORKER, str(payout.id)], env=environment, timeout=60)
    assert worker.returncode == -signal.SIGKILL
    left = Payout.objects.get(id=payout.id)
    assert left.leased_until is not None  # it died holding it
    Payout.objects.filter(id=payout.id).update(leased_until=business_clock.wall())
    return left


@pytest.mark.parametrize("failpoint", ["before_transfer", "transfer_made", "before_payout", "payout_made"])
def test_a_worker_killed_while_sending_pays_once(
    failpoint: str,
    payee: User,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    clock: Clock,
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    give_diamonds(payee)
    payout = die_at(failpoint, approved(payee))
    assert payout.state == PayoutState.SENDING
    assert diamonds(payee) == {"diamonds.reserved": ENOUGH_UNITS}
    assert work(payout).state == PayoutState.SENT
    clock.advance(days=4)
    assert work_now(payout).state == PayoutState.PAID
    assert made_at_provider(fakestripe) == {"transfer": 1, "payout": 1}
    books_agree()


def test_a_worker_killed_twice_in_a_row_pays_once(
    payee: User,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    give_diamonds(payee)
    payout = die_at("payout_made", die_at("transfer_made", approved(payee)))
    assert work(payout).state == PayoutState.SENT
    assert made_at_provider(fakestripe) == {"transfer": 1, "payout": 1}
    books_agree()


@pytest.mark.parametrize("failpoint", ["before_reversal", "reversal_made"])
def test_a_worker_killed_while_bringing_back_returns_once(
    failpoint: str,
    creator: User,
    onboard: Onboard,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    clock: Clock,
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    onboard(creator, bank=NO_ACCOUNT)
    give_diamonds(creator)
    payout = work(approved(creator))
    clock.advance(days=4)
    payout = die_at(failpoint, payout)
    assert (payout.state, diamonds(creator)) == (PayoutState.FAILED, {"diamonds.reserved": ENOUGH_UNITS})
    assert work(payout).state == PayoutState.RETURNED
    assert diamonds(creator) == {"diamonds.available": ENOUGH_UNITS}
    assert made_at_provider(fakestripe)["transfer_refund"] == 1
    books_agree()


def test_production_does_not_know_failpoints(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from ground import failpoints

    settings.OVATION_MODE = "production"
    monkeypatch.setenv("OVATION_FAILPOINT", "anywhere")
    failpoints.reach("anywhere")  # alive
