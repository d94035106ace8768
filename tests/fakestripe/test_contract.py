"""What is held to stripe_openapi.json: requests, answers, lists, and the errors in Stripe's words."""

from typing import Any

import pytest
import stripe
from stripe._v1_services import V1Services

from fakestripe.api import ROUTES
from fakestripe.contract import Contract
from fakestripe.errors import ContractViolation
from tests.fakestripe.conftest import KEY, Fake, web
from tests.fakestripe.journeys import funded_account, new_session, paid_charge


def post(fake: Fake, path: str, form: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = web.post(f"{fake.url}/v1/{path}", data=form, headers={"Authorization": f"Bearer {KEY}"})
    return answer.status_code, answer.json()["error"]


def test_every_operation_is_described_in_the_document() -> None:
    contract = Contract()
    for method, path, _ in ROUTES:
        assert method in contract.paths[path], f"{method} {path}"


def test_every_operation_of_the_document_is_served() -> None:
    served = {(method, path) for method, path, _ in ROUTES}
    described = {(method, path) for path, ways in Contract().paths.items() for method in ways}
    assert described <= served


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        ({"amount": "5", "currency": "usd"}, "parameter_missing", "destination"),
        ({"amount": "5.5", "currency": "usd", "destination": "a"}, "parameter_invalid_integer", "amount"),
        ({"amount": "5", "currency": "usd", "destination": "a", "amout": "6"}, "parameter_unknown", "amout"),
        (
            {"currency": "usd", "destination": "a", "metadata[a][b]": "6"},
            "parameter_invalid_empty",
            "metadata[a]",
        ),
    ],
)
def test_a_wrong_parameter_is_named(fake: Fake, form: dict[str, str], code: str, param: str) -> None:
    status, error = post(fake, "transfers", form)
    assert (status, error["type"], error["code"], error["param"]) == (
        400,
        "invalid_request_error",
        code,
        param,
    )


def test_a_misspelt_parameter_deep_inside_is_refused(fake: Fake) -> None:
    form = {
        "mode": "payment",
        "success_url": "http://127.0.0.1/",
        "line_items[0][price_data][curency]": "usd",
    }
    status, error = post(fake, "checkout/sessions", form)
    assert (status, error["param"].startswith("line_items[0][price_data]")) == (400, True)


def test_what_is_not_simulated_is_refused_rather_than_ignored(fake: Fake) -> None:
    status, error = post(
        fake, "payment_intents", {"amount": "500", "currency": "usd", "capture_method": "manual"}
    )
    assert (status, error["code"], error["param"]) == (400, "parameter_not_simulated", "capture_method")


def test_an_unknown_address_and_an_unknown_object_are_404(fake: Fake, api: V1Services) -> None:
    assert post(fake, "subscriptions", {})[0] == 404
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.transfers.retrieve("tr_nothing")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


@pytest.mark.parametrize(
    "key", ["sk_live_abcdefghijklmnopqrstuvwxyz", "sk_test_fakeshort", "sk_test_51abcdefghijklmnopqrstu"]
)
def test_other_keys_are_refused(fake: Fake, key: str) -> None:
    with pytest.raises(stripe.AuthenticationError) as refused:
        fake.api(key).balance.retrieve()
    assert refused.value.http_status == 401


def test_another_api_version_is_refused(api: V1Services) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="2020-08-27"):
        api.balance.retrieve({}, {"stripe_version": "2020-08-27"})


def test_another_host_name_is_refused(fake: Fake) -> None:
    assert web.get(f"{fake.url}/healthz", headers={"Host": "attacker.example"}).status_code == 421


def test_an_answer_that_breaks_the_contract_is_caught() -> None:
    contract = Contract()
    with pytest.raises(ContractViolation, match="amount"):
        contract.check_object("fee", {"amount": "1", "currency": "usd", "type": "stripe_fee"})
    with pytest.raises(ContractViolation, match="colour"):
        contract.check_object("fee", {"amount": 1, "currency": "usd", "type": "stripe_fee", "colour": "red"})


def test_lists_have_pages_cursors_and_date_filters(fake: Fake, api: V1Services) -> None:
    made = [api.customers.create({"name": str(number)}).id for number in range(5)][::-1]
    page = api.customers.list({"limit": 2})
    assert ([one.id for one in page.data], page.has_more) == (made[:2], True)
    rest = api.customers.list({"limit": 9, "starting_after": made[1]})
    assert ([one.id for one in rest.data], rest.has_more) == (made[2:], False)
    before = api.customers.list({"limit": 2, "ending_before": made[4]})
    assert [one.id for one in before.data] == made[2:4]
    assert [one.id for one in api.customers.list({"limit": 2}).auto_paging_iter()] == made
    created = page.data[0].created
    assert api.customers.list({"created": {"gt": created + 60}}).data == []
    assert len(api.customers.list({"created": {"gte": created - 60, "lte": created + 60}}).data) == 5


def test_events_can_be_filtered_by_type(api: V1Services) -> None:
    paid_charge(api)
    assert [event.type for event in api.events.list({"type": "charge.*"}).data] == ["charge.succeeded"]
    both: Any = {"types": ["charge.succeeded", "payment_intent.succeeded"]}
    assert len(api.events.list(both).data) == 2


def test_events_are_listed_for_thirty_days(fake: Fake, api: V1Services) -> None:
    api.customers.create({"name": "Ada"})
    (event,) = api.events.list().data
    fake.advance(days=31)
    assert api.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        api.events.retrieve(event.id)


def test_a_property_that_cannot_be_expanded_is_refused(api: V1Services) -> None:
    charge = paid_charge(api)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        api.charges.retrieve(charge.id, {"expand": ["colour"]})


def test_lists_expand_through_data(fake: Fake, api: V1Services) -> None:
    account = funded_account(fake, api, amount=1_000)
    transfers = api.transfers.list({"expand": ["data.destination", "data.balance_transaction"]})
    assert isinstance(transfers.data[0].destination, stripe.Account)
    assert transfers.data[0].destination.id == account


def test_metadata_is_merged_and_emptied_by_empty_values(api: V1Services) -> None:
    session = new_session(api, metadata={"a": "1", "b": "2"})
    after = api.checkout.sessions.update(session.id, {"metadata": {"a": "", "c": "3"}})
    assert after.metadata is not None
    assert after.metadata.to_dict() == {"b": "2", "c": "3"}
