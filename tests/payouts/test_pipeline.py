"""The way of a cash-out from approval to the bank, and what may come in its way."""

from collections.abc import Callable

import pytest

from accounts.models import User
from ground import clock as business_clock
from payouts.models import ConnectedAccount, Payout
from payouts.services.work import sweep_payouts, work_on_payout
from payouts.states import PayoutState, WaitReason
from provider.models import OperatorAlert
from tests.fixtures.payouts import (
    ENOUGH_UNITS,
    GiveDiamonds,
    Onboard,
    diamonds,
    history,
    lose_the_answer,
    made_at_provider,
    money,
    work,
    work_now,
    work_off_events,
)
from tests.fixtures.races import Race
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.payouts.test_killed_worker import die_at

ONCE = {"transfer": 1, "payout": 1}
ROAD = ["requested", "screening", "approved", "sending", "transferred", "sent", "paid"]


def test_a_cash_out_reaches_the_bank(
    payee: User,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    clock: Clock,
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    give_diamonds(payee)
    sent = work(approved(payee))
    assert sent.state == PayoutState.SENT
    assert (money()["payout.clearing"], diamonds(payee)) == (0, {"diamonds.reserved": ENOUGH_UNITS})
    clock.advance(days=4)
    assert work_now(sent).state == PayoutState.PAID
    assert history(sent) == ROAD
    assert (diamonds(payee), made_at_provider(fakestripe)) == ({}, ONCE)
    books_agree()


def test_the_providers_event_settles_it_and_any_number_of_them_do_no_more(
    payee: User,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    clock: Clock,
    books_agree: Callable[[], None],
) -> None:
    give_diamonds(payee)
    payout = work(approved(payee))
    clock.advance(days=4)
    for _ in range(2):
        events = work_off_events(payout.account.provider_account_id)
    assert {event.status for event in events if event.type.startswith("payout.")} == {"done"}
    payout.refresh_from_db()
    assert (payout.state, history(payout)) == (PayoutState.PAID, ROAD)
    books_agree()


def test_lost_events_are_made_up_for_by_asking(
    payee: User, give_diamonds: GiveDiamonds, approved: Callable[..., Payout], clock: Clock
) -> None:
    give_diamonds(payee)
    payout = work(approved(payee))
    clock.advance(days=4)
    assert sweep_payouts(now=business_clock.now()) == 1
    assert work(payout).state == PayoutState.PAID


def test_two_workers_at_once_send_once(
    payee: User,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    race: Race,
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    give_diamonds(payee)
    payout = approved(payee)
    race(3, lambda: work_on_payout(payout_id=payout.id))
    assert work_now(payout).state == PayoutState.SENT
    assert made_at_provider(fakestripe) == ONCE
    books_agree()


def test_a_short_platform_waits_with_an_alert_and_pays_once_when_topped_up(
    payee: User,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    give_diamonds(payee, funded=False)
    waiting = work(approved(payee))
    assert (waiting.state, waiting.wait_reason) == (PayoutState.APPROVED, WaitReason.BALANCE)
    assert OperatorAlert.objects.get().code == "transfer_balance_insufficient"
    assert diamonds(payee) == {"diamonds.reserved": ENOUGH_UNITS}
    fakestripe.control("topup", {"amount": 12_900, "currency": "usd"})
    assert work(waiting).state == PayoutState.APPROVED  # not due before its time
    assert work_now(waiting).state == PayoutState.SENT
    assert made_at_provider(fakestripe) == ONCE
    books_agree()


def test_an_account_that_was_restricted_meanwhile_waits_until_the_provider_says_it_is_well(
    payee: User,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    give_diamonds(payee)
    payout = approved(payee)
    account = payout.account.provider_account_id
    fakestripe.control("accounts", {"account": account, "action": "restrict"})
    waiting = work(payout)
    assert (waiting.state, waiting.wait_reason) == (PayoutState.APPROVED, WaitReason.ACCOUNT)
    assert made_at_provider(fakestripe) == {}
    fakestripe.control("accounts", {"account": account, "action": "restore"})
    work_off_events(account)
    assert work(waiting).state == PayoutState.SENT
    books_agree()


CALLS = ["/v1/transfers", "/v1/payouts"]
KINDS = ["429", "500", "503", "reset", "done_but_answer_lost"]


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_provider_answers_one_transfer_and_one_payout_are_made(
    kind: str,
    path: str,
    payee: User,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    clock: Clock,
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    give_diamonds(payee)
    payout = approved(payee)
    fakestripe.control("faults", {"kind": kind, "method": "POST", "path": path, "count": 3})
    payout = work(payout)
    for _ in range(3):
        assert diamonds(payee) == {"diamonds.reserved": ENOUGH_UNITS}
        payout = work_now(payout)
    assert payout.state == PayoutState.SENT
    clock.advance(days=4)
    assert work_now(payout).state == PayoutState.PAID
    assert made_at_provider(fakestripe) == ONCE
    books_agree()


def test_an_outage_of_26_hours_pays_nothing_twice(
    payee: User,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    clock: Clock,
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    give_diamonds(payee)
    payout = approved(payee)
    lose_the_answer(fakestripe, "/v1/transfers")
    fakestripe.control("faults", {"kind": "503", "method": "GET", "path": "/v1/transfers", "count": 3})
    unknown = work_now(work(payout))
    assert (unknown.state, unknown.wait_reason) == (PayoutState.SENDING, WaitReason.UNKNOWN)
    clock.advance(hours=26)
    assert work_now(unknown).state == PayoutState.SENT
    assert made_at_provider(fakestripe) == ONCE
    books_agree()


@pytest.mark.parametrize("path", ["/v1/transfers", "/v1/payouts"])
def test_an_answer_that_is_lost_for_good_is_looked_up(
    path: str,
    payee: User,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    give_diamonds(payee)
    payout = approved(payee)
    lose_the_answer(fakestripe, path)
    unknown = work(payout)
    assert (unknown.state, unknown.wait_reason) == (PayoutState.SENDING, WaitReason.UNKNOWN)
    assert work_now(unknown).state == PayoutState.SENT
    assert made_at_provider(fakestripe) == ONCE
    books_agree()


def test_a_refusal_that_waiting_cannot_cure_gives_everything_back(
    payee: User, give_diamonds: GiveDiamonds, approved: Callable[..., Payout], books_agree: Callable[[], None]
) -> None:
    give_diamonds(payee)
    payout = die_at("before_transfer", approved(payee))
    payout.attempts.update(destination="acct_nobodyknowsthisone")
    returned = work(payout)
    assert (returned.state, returned.failure_code) == (PayoutState.RETURNED, "resource_missing")
    assert history(payout)[-2:] == ["failed", "returned"]
    assert diamonds(payee) == {"diamonds.available": ENOUGH_UNITS}
    assert money()["payout.clearing"] == money()["revenue.fees"] == 0
    books_agree()


def test_one_poisoned_cash_out_waits_with_an_alert_and_holds_up_nobody(
    payee: User,
    stranger: User,
    onboard: Onboard,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
) -> None:
    onboard(stranger)
    for person in (payee, stranger):
        give_diamonds(person)
    poisoned, healthy = approved(payee), approved(stranger)
    ConnectedAccount.objects.filter(pk=poisoned.account_id).update(provider_account_id="../../v1/balance")
    for payout in (poisoned, healthy):
        work(payout)
    states = dict(Payout.objects.values_list("id", "state"))
    assert states == {poisoned.id: PayoutState.APPROVED, healthy.id: PayoutState.SENT}
    assert OperatorAlert.objects.filter(key=str(poisoned.id)).count() == 1
    due_at = Payout.objects.get(id=poisoned.id).due_at
    assert due_at is not None
    assert due_at > business_clock.now()
