"""Payouts from a connected account to its bank."""

from typing import Any

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake
from tests.fakestripe.journeys import event_types, funded_account


def pay_out(api: V1Services, account: str, amount: int = 2_000) -> stripe.Payout:
    return api.payouts.create({"amount": amount, "currency": "usd"}, {"stripe_account": account})


def fetch(api: V1Services, account: str, payout: stripe.Payout) -> stripe.Payout:
    expand: Any = {"expand": ["destination"]}
    return api.payouts.retrieve(payout.id, expand, {"stripe_account": account})


def payout_events(api: V1Services, account: str) -> list[str]:
    return [type_ for type_ in event_types(api, account) if type_.startswith("payout.")]


def test_a_payout_is_pending_then_in_transit_then_paid(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=5_000)
    payout = pay_out(api, account)
    assert (payout.status, fake.balance(account)) == ("pending", (3_000, 0))
    fake.advance(seconds=3_600)
    assert fetch(api, account, payout).status == "in_transit"
    fake.advance(days=1)
    assert fetch(api, account, payout).status == "paid"
    assert payout_events(api, account) == ["payout.created", "payout.updated", "payout.paid"]
    assert fake.balance(account) == (3_000, 0)


@pytest.mark.parametrize(
    ("bank", "code"),
    [
        ("000111111116", "no_account"),
        ("000111111113", "account_closed"),
        ("000222222227", "insufficient_funds"),
        ("000333333335", "debit_not_authorized"),
        ("000444444440", "invalid_currency"),
    ],
)
def test_a_payout_fails_as_its_bank_account_says(fake: Fake, api: V1Services, bank: str, code: str) -> None:
    account = funded_account(fake, api, amount=5_000, bank=bank)
    payout = pay_out(api, account)
    fake.advance(days=3)
    after = fetch(api, account, payout)
    assert (after.status, after.failure_code) == ("failed", code)
    returned = api.balance_transactions.retrieve(
        str(after.failure_balance_transaction), {}, {"stripe_account": account}
    )
    assert (returned.type, returned.amount, returned.source) == ("payout_failure", 2_000, payout.id)
    assert fake.balance(account) == (5_000, 0)
    assert payout_events(api, account)[-1] == "payout.failed"
    with pytest.raises(stripe.InvalidRequestError, match="disabled"):
        pay_out(api, account)


def test_a_paid_payout_may_come_back(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=5_000, bank="000999999991")
    payout = pay_out(api, account)
    fake.advance(days=2)
    assert (fetch(api, account, payout).status, fake.balance(account)) == ("paid", (3_000, 0))
    fake.advance(days=2)
    assert (fetch(api, account, payout).status, fake.balance(account)) == ("failed", (5_000, 0))
    assert payout_events(api, account) == ["payout.created", "payout.updated", "payout.paid", "payout.failed"]


def test_one_jump_of_the_clock_takes_every_step_in_order(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=5_000, bank="000999999991")
    pay_out(api, account)
    fake.advance(days=30)
    kept = [row["type"] for row in fake.control("journal")["rows"] if row["account"] == account]
    assert kept == ["payment", "payout", "payout_failure"]


def test_a_pending_payout_can_be_canceled_once(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=5_000)
    payout = pay_out(api, account)
    after = api.payouts.cancel(payout.id, {}, {"stripe_account": account})
    assert (after.status, fake.balance(account)) == ("canceled", (5_000, 0))
    with pytest.raises(stripe.InvalidRequestError):
        api.payouts.cancel(payout.id, {}, {"stripe_account": account})
    fake.advance(days=5)
    assert payout_events(api, account) == ["payout.created", "payout.canceled"]
    assert fake.balance(account) == (5_000, 0)


def test_a_payout_under_way_cannot_be_canceled(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=5_000)
    payout = pay_out(api, account)
    fake.advance(seconds=3_600)
    with pytest.raises(stripe.InvalidRequestError, match="in_transit"):
        api.payouts.cancel(payout.id, {}, {"stripe_account": account})


def test_a_payout_of_more_than_the_balance_is_refused(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=1_000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay_out(api, account, 1_001)
    assert refused.value.code == "balance_insufficient"
    assert fake.balance(account) == (1_000, 0)


def test_a_payout_without_a_bank_account_in_its_currency_is_refused(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=1_000)
    with pytest.raises(stripe.InvalidRequestError, match="external accounts in that currency"):
        api.payouts.create({"amount": 100, "currency": "eur"}, {"stripe_account": account})


def test_the_control_plane_fails_a_paid_payout(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=5_000)
    payout = pay_out(api, account)
    fake.control("payouts", payout=payout.id, action="arrive")
    assert fetch(api, account, payout).status == "paid"
    fake.control("payouts", payout=payout.id, action="fail", code="no_account")
    assert fetch(api, account, payout).failure_code == "no_account"
    assert fake.balance(account) == (5_000, 0)
