"""A bank that refuses: first the money comes back, then, once, the diamonds."""

from collections.abc import Callable

from accounts.models import User
from payouts.models import Payout
from payouts.services.work import work_on_payout
from payouts.states import PayoutState
from provider.models import OperatorAlert
from tests.fixtures.payouts import (
    ENOUGH_UNITS,
    NO_ACCOUNT,
    RETURNS_LATER,
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
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock

AS_BEFORE = {"diamonds.available": ENOUGH_UNITS}


def test_a_bank_without_that_account_returns_everything_once(
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
    returned = work_now(payout)
    assert (returned.state, returned.failure_code) == (PayoutState.RETURNED, "no_account")
    work_off_events(payout.account.provider_account_id)
    work_on_payout(payout_id=payout.id)
    assert history(payout)[-3:] == ["sent", "failed", "returned"]
    assert (diamonds(creator), money()["revenue.fees"]) == (AS_BEFORE, 0)
    assert made_at_provider(fakestripe)["transfer_refund"] == 1
    books_agree()


def test_diamonds_stay_reserved_until_the_reversal_is_confirmed(
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
    fakestripe.control("faults", {"kind": "503", "method": "POST", "path": "/v1/transfers/*", "count": 3})
    assert work_now(payout).state == PayoutState.FAILED
    assert diamonds(creator) == {"diamonds.reserved": ENOUGH_UNITS}
    assert work_now(payout).state == PayoutState.RETURNED
    assert diamonds(creator) == AS_BEFORE
    books_agree()


def test_a_reversal_whose_answer_was_lost_is_made_once(
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
    lose_the_answer(fakestripe, "/v1/transfers/*")
    assert work_now(payout).state == PayoutState.FAILED
    assert work_now(payout).state == PayoutState.RETURNED
    assert made_at_provider(fakestripe)["transfer_refund"] == 1
    books_agree()


def test_money_paid_and_sent_back_days_later_returns_the_diamonds(
    creator: User,
    onboard: Onboard,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    clock: Clock,
    books_agree: Callable[[], None],
) -> None:
    onboard(creator, bank=RETURNS_LATER)
    give_diamonds(creator)
    payout = work(approved(creator))
    clock.advance(days=3)
    assert (work_now(payout).state, diamonds(creator)) == (PayoutState.PAID, {})
    clock.advance(days=3)
    assert work_now(payout).state == PayoutState.RETURNED
    assert history(payout)[-4:] == ["sent", "paid", "failed", "returned"]
    assert diamonds(creator) == AS_BEFORE
    books_agree()


def test_a_refused_bank_account_at_sending_brings_the_transfer_back(
    creator: User,
    onboard: Onboard,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    clock: Clock,
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    onboard(creator, bank=NO_ACCOUNT)
    give_diamonds(creator, 2 * ENOUGH_UNITS)
    first = work(approved(creator))
    clock.advance(days=4)
    assert work_now(first).state == PayoutState.RETURNED
    second = work(approved(creator))
    assert second.state in (PayoutState.RETURNED, PayoutState.APPROVED)
    assert diamonds(creator).get("diamonds.available", 0) >= ENOUGH_UNITS
    books_agree()


def test_an_operators_own_reversal_at_the_provider_counts(
    creator: User,
    onboard: Onboard,
    give_diamonds: GiveDiamonds,
    approved: Callable[..., Payout],
    clock: Clock,
    fakestripe: FakeStripe,
    books_agree: Callable[[], None],
) -> None:
    from provider.client import stripe_client

    onboard(creator, bank=NO_ACCOUNT)
    give_diamonds(creator)
    payout = work(approved(creator))
    clock.advance(days=4)
    fakestripe.control("faults", {"kind": "503", "method": "POST", "path": "/v1/transfers/*", "count": 3})
    assert work_now(payout).state == PayoutState.FAILED
    transfer_id = payout.attempts.get().transfer_id
    assert transfer_id is not None
    stripe_client().v1.transfers.reversals.create(transfer_id)
    work_off_events()
    assert work(payout).state == PayoutState.RETURNED
    assert made_at_provider(fakestripe)["transfer_refund"] == 1
    assert not OperatorAlert.objects.filter(code="reversal_refused").exists()
    books_agree()
