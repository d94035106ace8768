"""Creators' accounts, their onboarding, and money moved to them."""

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake, web
from tests.fakestripe.journeys import (
    REFRESH,
    RETURN,
    event_types,
    funded_account,
    new_account,
    new_link,
    onboard,
    paid_charge,
    ready_account,
)


def test_a_new_account_can_do_nothing_yet(api: V1Services) -> None:
    account = new_account(api)
    assert (account.payouts_enabled, account.details_submitted) == (False, False)
    assert account.capabilities is not None
    assert account.capabilities.transfers == "inactive"
    assert account.requirements is not None
    assert "external_account" in (account.requirements.currently_due or [])
    assert account.settings is not None
    assert account.settings.payouts is not None
    assert account.settings.payouts.schedule.interval == "manual"


def test_completed_onboarding_enables_the_account(fake: Fake, api: V1Services) -> None:
    account = new_account(api)
    assert onboard(fake, api, account.id).headers["location"] == RETURN
    after = api.accounts.retrieve(account.id)
    assert (after.payouts_enabled, after.details_submitted) == (True, True)
    assert after.requirements is not None
    assert after.requirements.currently_due == []
    assert after.external_accounts is not None
    assert [bank["last4"] for bank in after.external_accounts.data] == ["6789"]
    assert event_types(api, account.id) == [
        "account.external_account.created", "capability.updated", "account.updated",
    ]  # fmt: skip
    assert event_types(api) == []


def test_onboarding_stopped_half_way_enables_nothing(fake: Fake, api: V1Services) -> None:
    account = new_account(api)
    answer = onboard(fake, api, account.id, action="later")
    assert answer.headers["location"] == RETURN
    after = api.accounts.retrieve(account.id)
    assert (after.payouts_enabled, after.details_submitted) == (False, False)
    assert after.requirements is not None
    assert after.requirements.currently_due is not None
    assert "external_account" in after.requirements.currently_due
    assert "individual.first_name" not in after.requirements.currently_due
    assert onboard(fake, api, account.id).status_code == 303
    assert api.accounts.retrieve(account.id).payouts_enabled is True


def test_an_account_link_opens_once(api: V1Services) -> None:
    link = new_link(api, new_account(api).id)
    assert web.get(link).headers["location"].startswith("/setup/onb_")
    assert web.get(link).headers["location"] == REFRESH


def test_an_account_link_is_good_for_five_minutes(fake: Fake, api: V1Services) -> None:
    link = new_link(api, new_account(api).id)
    fake.advance(seconds=301)
    assert web.get(link).headers["location"] == REFRESH


def test_a_wrong_secret_opens_nothing(api: V1Services) -> None:
    assert web.get(new_link(api, new_account(api).id)[:-4] + "AAAA").status_code == 404


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"dob": "2015-01-01"}, "at least 18"),
        ({"dob": "soon"}, "date of birth"),
        ({"first_name": ""}, "first and last name"),
        ({"bank_account": "000000000000"}, "test bank accounts"),
    ],
)
def test_what_is_wrong_in_onboarding_is_named(
    fake: Fake, api: V1Services, form: dict[str, str], words: str
) -> None:
    account = new_account(api)
    answer = onboard(fake, api, account.id, **form)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert api.accounts.retrieve(account.id).details_submitted is False


def test_a_transfer_moves_money_between_balances(fake: Fake, api: V1Services) -> None:
    account = ready_account(fake, api)
    fake.control("topup", amount=5_000, currency="usd")
    transfer = api.transfers.create(
        {"amount": 3_000, "currency": "usd", "destination": account, "transfer_group": "payout:1"}
    )
    assert (fake.balance(), fake.balance(account)) == ((2_000, 0), (3_000, 0))
    assert [one.id for one in api.transfers.list({"transfer_group": "payout:1"}).data] == [transfer.id]
    arrived = api.charges.retrieve(str(transfer.destination_payment), {}, {"stripe_account": account})
    assert (arrived.amount, arrived.source_transfer) == (3_000, transfer.id)
    assert event_types(api) == ["transfer.created"]


def test_a_transfer_of_more_than_is_available_is_refused(fake: Fake, api: V1Services) -> None:
    account = ready_account(fake, api)
    paid_charge(api, amount=9_000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.transfers.create({"amount": 100, "currency": "usd", "destination": account})
    assert (refused.value.code, refused.value.http_status) == ("balance_insufficient", 400)
    assert fake.balance(account) == (0, 0)
    fake.advance(days=2)
    assert api.transfers.create({"amount": 100, "currency": "usd", "destination": account}).amount == 100


def test_a_transfer_from_a_charge_waits_for_its_money_and_is_bounded_by_it(
    fake: Fake, api: V1Services
) -> None:
    account, charge = ready_account(fake, api), paid_charge(api)
    tied = {"currency": "usd", "destination": account, "source_transaction": charge.id}
    api.transfers.create({"amount": 700, **tied})  # type: ignore[typeddict-item]
    assert fake.balance(account) == (0, 700)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.transfers.create({"amount": 301, **tied})  # type: ignore[typeddict-item]
    assert refused.value.code == "balance_insufficient"
    fake.advance(days=2)
    assert fake.balance(account) == (700, 0)


def test_a_transfer_needs_the_capability(fake: Fake, api: V1Services) -> None:
    fake.control("topup", amount=5_000, currency="usd")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.transfers.create({"amount": 100, "currency": "usd", "destination": new_account(api).id})
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    assert fake.balance() == (5_000, 0)


def test_a_reversal_brings_money_back_once(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=3_000)
    transfer = api.transfers.list().data[0]
    reversal = api.transfers.reversals.create(transfer.id, {"amount": 1_000})
    assert (fake.balance(), fake.balance(account)) == ((1_000, 0), (2_000, 0))
    api.transfers.reversals.create(transfer.id)
    after = api.transfers.retrieve(transfer.id)
    assert (after.reversed, after.amount_reversed, len(after.reversals.data)) == (True, 3_000, 2)
    assert after.reversals.data[-1].id == reversal.id
    with pytest.raises(stripe.InvalidRequestError):
        api.transfers.reversals.create(transfer.id)
    assert (fake.balance(), fake.balance(account)) == ((3_000, 0), (0, 0))
    assert event_types(api).count("transfer.reversed") == 2


def test_a_reversal_is_refused_when_the_account_is_short(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=3_000)
    api.payouts.create({"amount": 2_500, "currency": "usd"}, {"stripe_account": account})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.transfers.reversals.create(api.transfers.list().data[0].id)
    assert refused.value.code == "balance_insufficient"
    assert (fake.balance(), fake.balance(account)) == ((0, 0), (500, 0))


def test_another_account_s_objects_are_not_found(fake: Fake, api: V1Services) -> None:
    alice, bob = funded_account(fake, api, amount=2_000), ready_account(fake, api)
    payout = api.payouts.create({"amount": 500, "currency": "usd"}, {"stripe_account": alice})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.payouts.retrieve(payout.id, {}, {"stripe_account": bob})
    assert (refused.value.code, refused.value.http_status) == ("resource_missing", 404)
    with pytest.raises(stripe.PermissionError):
        api.balance.retrieve({}, {"stripe_account": "acct_nobody"})


def test_a_restricted_account_is_paid_nothing_until_restored(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=2_000)
    fake.control("accounts", account=account, action="restrict")
    after = api.accounts.retrieve(account)
    assert after.requirements is not None
    assert (after.payouts_enabled, after.requirements.past_due) == (
        False,
        ["individual.verification.document"],
    )
    with pytest.raises(stripe.InvalidRequestError):
        api.payouts.create({"amount": 500, "currency": "usd"}, {"stripe_account": account})
    fake.control("accounts", account=account, action="restore")
    assert api.payouts.create({"amount": 500, "currency": "usd"}, {"stripe_account": account}).amount == 500


def test_bank_accounts_can_be_added_listed_and_removed(fake: Fake, api: V1Services) -> None:
    account = ready_account(fake, api)
    first = api.accounts.external_accounts.list(account).data[0]
    second = api.accounts.external_accounts.create(
        account, {"external_account": "btok_us_verified", "default_for_currency": True}
    )
    assert [one.id for one in api.accounts.external_accounts.list(account).data] == [second.id, first.id]
    with pytest.raises(stripe.InvalidRequestError, match="default external account"):
        api.accounts.external_accounts.delete(account, second.id)
    assert api.accounts.external_accounts.delete(account, first.id).deleted is True
    assert api.accounts.external_accounts.retrieve(account, second.id).id == second.id
