"""Balances and the money log as the API shows them: every type, its filters, its pages, its times."""

from typing import Any

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake
from tests.fakestripe.journeys import event_types, funded_account, paid_charge


def rows(api: V1Services, **filters: Any) -> list[tuple[str, str, int, int]]:
    asked: Any = {"limit": 100} | filters
    listed = api.balance_transactions.list(asked)
    return [(str(one.type), one.reporting_category, one.amount, one.fee) for one in listed.data][::-1]


@pytest.fixture
def history(fake: Fake, api: V1Services) -> list[stripe.Charge]:
    """One charge refunded, one whose refund fails, one disputed and won, one disputed and lost."""
    refunded, failing = paid_charge(api), paid_charge(api, number="4000000000005126")
    won, lost = paid_charge(api), paid_charge(api)
    for charge in (refunded, failing):
        api.refunds.create({"charge": charge.id, "amount": 400})
    fake.advance(days=1)
    for charge, action in ((won, "win"), (lost, "lose")):
        dispute = fake.control("disputes", charge=charge.id, kind="fraudulent")
        fake.control("disputes", dispute=dispute["id"], action=action)
    return [refunded, failing, won, lost]


def test_every_movement_has_its_type_category_and_fee(
    fake: Fake, api: V1Services, history: list[stripe.Charge]
) -> None:
    assert rows(api)[4:] == [
        ("refund", "refund", -400, 0),
        ("refund", "refund", -400, 0),
        ("refund_failure", "refund_failure", 400, 0),
        ("adjustment", "dispute", -1_000, 1_500),
        ("adjustment", "dispute_reversal", 1_000, 0),
        ("adjustment", "dispute", -1_000, 1_500),
    ]
    assert sum(amount - fee for *_, amount, fee in rows(api)) == sum(fake.balance())
    assert fake.control("journal")["totals"][fake.control("journal")["platform"]]["usd"]["net"] == -636


def test_the_list_is_filtered_by_type_source_currency_and_time(
    fake: Fake, api: V1Services, history: list[stripe.Charge]
) -> None:
    assert len(rows(api, type="charge")) == 4
    assert rows(api, source=history[0].id) == [("charge", "charge", 1_000, 59)]
    assert rows(api, currency="eur") == []
    now = fake.control("clock")["now"]
    assert len(rows(api, created={"gte": now - 3_600})) == 4
    assert len(rows(api, type="adjustment", created={"lt": now - 3_600})) == 0


def test_pages_hold_every_row_once(api: V1Services, history: list[stripe.Charge]) -> None:
    found: list[str] = []
    asked: Any = {"limit": 3}
    while True:
        page = api.balance_transactions.list(asked)
        found += [one.id for one in page.data]
        if not page.has_more:
            break
        asked = {"limit": 3, "starting_after": page.data[-1].id}
    whole = api.balance_transactions.list({"limit": 100}).data
    assert found == [one.id for one in whole]
    back = api.balance_transactions.list({"limit": 4, "ending_before": found[4]})
    assert [one.id for one in back.data] == found[:4]


def test_card_money_is_pending_until_the_day_it_is_told(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api)
    entry = api.balance_transactions.retrieve(str(charge.balance_transaction))
    assert (entry.status, entry.available_on - entry.created) == ("pending", 2 * 86_400)
    fake.advance(days=2)
    assert api.balance_transactions.retrieve(entry.id).status == "available"
    balance = api.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (941, 0)
    assert "balance.available" not in event_types(api)
    fake.advance(seconds=3_600)
    (told,) = api.events.list({"type": "balance.available"}).data
    assert told.data.object["available"][0]["amount"] == 941


def test_a_connected_account_has_a_log_of_its_own(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=5_000)
    other: Any = {"stripe_account": account}
    api.payouts.create({"amount": 3_000, "currency": "usd"}, other)
    listed = api.balance_transactions.list({}, other).data[::-1]
    assert [(one.type, one.amount) for one in listed] == [("payment", 5_000), ("payout", -3_000)]
    assert api.balance.retrieve({}, other).available[0].amount == 2_000
    with pytest.raises(stripe.InvalidRequestError):
        api.balance_transactions.retrieve(listed[0].id)


def test_events_are_kept_for_thirty_days(fake: Fake, api: V1Services) -> None:
    paid_charge(api)
    event = api.events.list().data[0]
    fake.advance(days=30)
    assert api.events.retrieve(event.id).id == event.id
    fake.advance(days=1)
    assert [one.type for one in api.events.list().data] == ["balance.available"]
    with pytest.raises(stripe.InvalidRequestError) as gone:
        api.events.retrieve(event.id)
    assert gone.value.http_status == 404


def test_lists_of_events_know_types_and_what_was_not_delivered(fake: Fake, api: V1Services) -> None:
    paid_charge(api)
    assert {one.type for one in api.events.list({"types": ["charge.*"]}).data} == {"charge.succeeded"}
    api.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["*"]})
    fake.control("webhooks", action="hold")
    api.customers.create({"name": "undelivered"})
    assert [one.type for one in api.events.list({"delivery_success": False}).data] == ["customer.created"]
