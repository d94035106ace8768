"""Quoting, requesting, cancelling: what is refused, and what one key means."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from accounts.errors import TermsRequired
from accounts.models import LegalDocument, User
from ground import clock as business_clock
from ground.errors import DomainError, NotFound
from ledger import books
from ledger.errors import AccountFrozen, KeyReused
from payouts import errors
from payouts.models import CashOutTerms, ConnectedAccount, Payout, PayoutQuote
from payouts.services.quote import amount_minor, quote_cash_out, units_for
from payouts.services.request import cancel_payout, request_payout
from payouts.states import PayoutState
from tests.fixtures.payouts import ENOUGH_UNITS, GiveDiamonds, diamonds, money, work
from tests.fixtures.races import Race
from tests.fixtures.time import Clock

ALL_AVAILABLE = {"diamonds.available": ENOUGH_UNITS}


def ask(person: User, quote: PayoutQuote, key: str = "a key") -> Payout:
    return request_payout(creator=person, quote_id=quote.id, key=key, now=business_clock.now())


def quote_of(person: User, units: int = ENOUGH_UNITS) -> PayoutQuote:
    return quote_cash_out(creator=person, diamond_units=units, now=business_clock.now())


def assert_nothing_reserved(person: User) -> None:
    assert not Payout.objects.exists()
    assert diamonds(person) == ALL_AVAILABLE
    assert money()["payout.clearing"] == 0


def test_an_amount_takes_the_least_units_that_bring_it() -> None:
    assert (amount_minor(387_597, 6_450), units_for(2_500, 6_450)) == (2_500, 387_597)
    assert amount_minor(387_596, 6_450) == 2_499


def test_a_quote_keeps_the_rate_and_says_everything(payee: User, give_diamonds: GiveDiamonds) -> None:
    give_diamonds(payee)
    quote = quote_of(payee, 400_000)
    assert (quote.amount_minor, quote.fee_minor, quote.net_minor) == (2_580, 25, 2_555)
    assert (quote.asked_units, quote.reserved_units, quote.diamond_value_micro) == (400_000, 400_000, 6_450)
    assert quote.expires_at - quote.created_at == timedelta(minutes=10)
    assert diamonds(payee) == ALL_AVAILABLE


@pytest.mark.parametrize(
    ("units", "refusal"),
    [
        (100_000, errors.BelowMinimum),
        (ENOUGH_UNITS + 1, errors.InsufficientDiamonds),
        (1, errors.BelowMinimum),
    ],
)
def test_an_amount_that_cannot_be_is_refused(
    units: int, refusal: type[DomainError], payee: User, give_diamonds: GiveDiamonds
) -> None:
    give_diamonds(payee)
    with pytest.raises(refusal):
        quote_of(payee, units)
    assert not PayoutQuote.objects.exists()


def test_more_than_a_days_limit_is_refused_for_one_and_for_the_sum(
    payee: User, give_diamonds: GiveDiamonds, request_cash_out: Callable[..., Payout]
) -> None:
    give_diamonds(payee, 20_000_000)
    with pytest.raises(errors.OverDailyLimit):
        quote_of(payee, 15_504_032)  # $1,000.01
    first = request_cash_out(payee, 10_000_000)  # $645.00
    with pytest.raises(errors.OverDailyLimit) as refused:
        request_cash_out(payee, 6_000_000)  # $387.00
    assert refused.value.extra["left_minor"] == 100_000 - 64_500
    cancel_payout(creator=payee, payout_id=first.id, now=business_clock.now())
    assert request_cash_out(payee, 6_000_000).amount_minor == 38_700


def test_an_expired_quote_reserves_nothing(payee: User, give_diamonds: GiveDiamonds, clock: Clock) -> None:
    give_diamonds(payee)
    quote = quote_of(payee)
    clock.advance(minutes=10)
    with pytest.raises(errors.QuoteExpired):
        ask(payee, quote)
    assert_nothing_reserved(payee)


def test_one_key_is_one_cash_out_and_another_request_under_it_is_a_conflict(
    payee: User, give_diamonds: GiveDiamonds, clock: Clock
) -> None:
    give_diamonds(payee)
    quote, other = quote_of(payee, 400_000), quote_of(payee, 400_000)
    first = ask(payee, quote)
    clock.advance(days=1)  # the quote has expired, the key still answers
    assert ask(payee, quote) == first
    with pytest.raises(KeyReused):
        ask(payee, other)
    with pytest.raises(errors.QuoteUsed):
        ask(payee, quote, key="another key")
    assert Payout.objects.get() == first


def test_two_requests_for_the_same_diamonds_are_one(
    payee: User, give_diamonds: GiveDiamonds, race: Race
) -> None:
    give_diamonds(payee)
    quotes = [quote_of(payee) for _ in range(4)]
    waiting = list(quotes)
    outcomes = race(4, lambda: ask(payee, waiting.pop(), key=str(uuid.uuid4())))
    assert outcomes.count(errors.InsufficientDiamonds) == 3
    assert Payout.objects.get() in outcomes
    assert diamonds(payee) == {"diamonds.reserved": ENOUGH_UNITS}


def test_one_request_sent_four_times_at_once_is_one(
    payee: User, give_diamonds: GiveDiamonds, race: Race
) -> None:
    give_diamonds(payee)
    quote = quote_of(payee, 400_000)
    outcomes = race(4, lambda: ask(payee, quote))
    assert outcomes == [Payout.objects.get()] * 4
    assert diamonds(payee)["diamonds.reserved"] == 400_000


def test_nobody_uses_anothers_quote_or_sees_or_cancels_anothers_cash_out(
    payee: User, stranger: User, give_diamonds: GiveDiamonds, verified_client: Callable[..., APIClient]
) -> None:
    give_diamonds(payee)
    quote = quote_of(payee)
    with pytest.raises(NotFound):
        ask(stranger, quote)
    payout = ask(payee, quote)
    with pytest.raises(NotFound):
        cancel_payout(creator=stranger, payout_id=payout.id, now=business_clock.now())
    assert verified_client(stranger).get(f"/api/v1/payouts/{payout.id}/").json()["code"] == "not_found"
    assert verified_client(stranger).get("/api/v1/payouts/").json()["results"] == []
    assert diamonds(payee) == {"diamonds.reserved": ENOUGH_UNITS}


def test_an_account_that_is_not_ready_reserves_nothing(payee: User, give_diamonds: GiveDiamonds) -> None:
    give_diamonds(payee)
    quote = quote_of(payee)
    ConnectedAccount.objects.update(payouts_enabled=False)
    with pytest.raises(errors.PayoutAccountNotReady):
        ask(payee, quote)
    assert_nothing_reserved(payee)


def test_new_terms_must_be_accepted_first(payee: User, give_diamonds: GiveDiamonds) -> None:
    give_diamonds(payee)
    quote, now = quote_of(payee), business_clock.now()
    LegalDocument.objects.create(kind="creator", version=2, starts_at=now, title="New", body="New")
    with pytest.raises(TermsRequired):
        ask(payee, quote)
    assert_nothing_reserved(payee)


def test_a_frozen_account_reserves_nothing(payee: User, give_diamonds: GiveDiamonds) -> None:
    give_diamonds(payee)
    quote = quote_of(payee)
    books.freeze(payee.ledger_id, frozen=True)
    with pytest.raises(AccountFrozen):
        ask(payee, quote)
    assert_nothing_reserved(payee)


def test_without_a_fresh_second_factor_rest_asks_to_step_up(
    payee: User, give_diamonds: GiveDiamonds, verified_client: Callable[..., APIClient]
) -> None:
    give_diamonds(payee)
    body = {"quote": str(quote_of(payee).id)}
    stale = verified_client(payee, age_s=301)
    answer = stale.post("/api/v1/payouts/", body, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (401, "step_up_required")
    missing = verified_client(payee).post("/api/v1/payouts/", body)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_required")
    assert_nothing_reserved(payee)


def test_a_cancelled_cash_out_gives_all_back_once_and_is_not_sent(
    payee: User, give_diamonds: GiveDiamonds, approved: Callable[..., Payout]
) -> None:
    give_diamonds(payee)
    payout = approved(payee)
    for _ in range(2):
        cancel_payout(creator=payee, payout_id=payout.id, now=business_clock.now())
    assert work(payout).state == PayoutState.CANCELLED
    assert (diamonds(payee), money()["payout.clearing"], money()["revenue.fees"]) == (ALL_AVAILABLE, 0, 0)


def test_what_was_sent_is_not_cancelled(
    payee: User, give_diamonds: GiveDiamonds, approved: Callable[..., Payout]
) -> None:
    give_diamonds(payee)
    payout = work(approved(payee))
    with pytest.raises(errors.NotCancellable):
        cancel_payout(creator=payee, payout_id=payout.id, now=business_clock.now())
    assert diamonds(payee) == {"diamonds.reserved": ENOUGH_UNITS}


def test_a_fan_has_nothing_to_cash_out(
    fan: User, installed: None, as_user: Callable[[User], APIClient]
) -> None:
    answer = as_user(fan).post("/api/v1/payout-quotes/", {"diamond_units": 400_000})
    assert (answer.status_code, answer.json()["code"]) == (403, "creator_required")


@pytest.mark.parametrize("units", [0, -1, 10**16, "many", None])
def test_nonsense_units_are_a_400(
    units: int | str | None, payee: User, verified_client: Callable[..., APIClient]
) -> None:
    assert verified_client(payee).post("/api/v1/payout-quotes/", {"diamond_units": units}).status_code == 400


def test_a_share_of_the_amount_may_be_the_fee() -> None:
    terms = CashOutTerms(fee_fixed_minor=25, fee_basis_points=150)
    assert terms.fee_minor(2_599) == 25 + 38  # 38.985: the part of a cent is the creator's
