"""Asking the provider in three steps: written before it is asked, never done twice, never forgotten."""

from datetime import timedelta
from typing import Any

import pytest
import stripe
from django.db import transaction
from pytest_django import Settings

from ground import clock
from provider import calls
from provider.client import stripe_client
from provider.errors import (
    ProviderKeyTooOld,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderUnknown,
    RequestChanged,
)
from provider.models import OperatorAlert, ProviderCall
from tests.fixtures.races import Race
from tests.fixtures.stripe import FakeStripe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fakestripe")]


def customer(key: str = "customer:1", email: str = "a@example.com", **more: Any) -> dict[str, Any]:
    """Make a customer at the provider, once per key."""
    customers = stripe_client().v1.customers
    params: dict[str, Any] = {"email": email, **more}
    return calls.call(
        key=key,
        purpose="customer",
        params=params,
        request=lambda options: customers.create(params, options),  # type: ignore[arg-type]
        retrieve=customers.retrieve,
    )


def made() -> int:
    return len(stripe_client().v1.customers.list({"limit": 100}).data)


def test_a_call_is_made_once_and_remembered() -> None:
    first = customer()
    assert customer()["id"] == first["id"]
    row = ProviderCall.objects.get()
    assert (row.state, row.attempts, row.response_id, row.http_status) == ("done", 1, first["id"], 200)
    assert row.idempotency_key == "customer:1:0"
    assert made() == 1


def test_the_intent_is_on_disk_before_the_request_leaves() -> None:
    seen = []

    def look(options: Any) -> Any:
        seen.append(ProviderCall.objects.values_list("state", "attempts", "idempotency_key").get())
        return stripe_client().v1.customers.create({}, options)

    calls.call(key="k", purpose="p", params={}, request=look, retrieve=stripe_client().v1.customers.retrieve)
    assert seen == [("pending", 1, "k:0")]


def test_an_answer_that_was_lost_is_asked_for_with_the_same_key(fakestripe: FakeStripe) -> None:
    fakestripe.control("faults", {"kind": "done_but_answer_lost", "path": "/v1/customers"})
    fakestripe.control("faults", {"kind": "429", "path": "/v1/customers"})
    with pytest.raises(ProviderUnknown):
        customer()
    assert ProviderCall.objects.get().state == "unknown"
    customer()
    assert made() == 1


@pytest.mark.parametrize("kind", ["503", "reset", "429", "409"])
def test_what_may_have_happened_is_unknown_and_heals(fakestripe: FakeStripe, kind: str) -> None:
    fakestripe.control("faults", {"kind": kind, "path": "/v1/customers", "count": 3})
    with pytest.raises(ProviderUnknown):
        customer()
    assert ProviderCall.objects.get().state == "unknown"
    fakestripe.control("faults", None)
    for _ in range(3):
        try:
            customer()
            break
        except ProviderUnknown:
            continue
    assert (ProviderCall.objects.get().state, made()) == ("done", 1)


def test_an_open_call_is_not_repeated_with_other_content(fakestripe: FakeStripe) -> None:
    fakestripe.control("faults", {"kind": "503", "path": "/v1/customers", "count": 3})
    with pytest.raises(ProviderUnknown):
        customer()
    with pytest.raises(RequestChanged):
        customer(email="b@example.com")
    assert made() == 0


def test_a_refusal_is_kept_and_a_corrected_request_gets_a_new_key() -> None:
    with pytest.raises(ProviderRefused) as refusal:
        customer(no_such_field="x")
    row = ProviderCall.objects.get()
    assert (row.state, row.http_status, refusal.value.http_status) == ("refused", 400, 400)
    customer()
    row.refresh_from_db()
    assert (row.state, row.idempotency_key, made()) == ("done", "customer:1:1", 1)


def test_a_stored_500_is_replayed_until_the_key_is_renewed(fakestripe: FakeStripe) -> None:
    fakestripe.control("faults", {"kind": "500", "path": "/v1/customers", "count": 1})
    with pytest.raises(ProviderUnknown):
        customer()
    with pytest.raises(ProviderUnknown) as replay:
        customer()
    assert replay.value.replayed
    calls.renew(key="customer:1")
    customer()
    assert (ProviderCall.objects.get().renewals, made()) == (1, 1)


def test_a_key_the_provider_may_have_forgotten_is_not_used_again(fakestripe: FakeStripe) -> None:
    fakestripe.control("faults", {"kind": "503", "path": "/v1/customers", "count": 3})
    with pytest.raises(ProviderUnknown):
        customer()
    ProviderCall.objects.update(first_sent_at=clock.now() - timedelta(hours=24))
    with pytest.raises(ProviderKeyTooOld):
        customer()
    assert made() == 0


def test_a_refused_key_of_ours_is_the_operators_task(settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"
    with pytest.raises(ProviderMisconfigured):
        customer()
    assert ProviderCall.objects.get().state == "unknown"
    assert OperatorAlert.objects.get().code == "provider_misconfigured"


def test_a_provider_that_is_down_is_unknown(settings: Settings) -> None:
    settings.STRIPE_API_HOST = "http://127.0.0.1:9"
    with pytest.raises(ProviderUnknown):
        customer()
    assert ProviderCall.objects.get().state == "unknown"


def test_the_same_key_at_once_makes_one_object(race: Race) -> None:
    answers = race(5, lambda: customer()["id"])
    objects = {answer for answer in answers if answer is not ProviderUnknown}
    assert len(objects) == 1
    assert made() == 1


def test_no_transaction_is_held_during_a_call() -> None:
    with transaction.atomic(), pytest.raises(AssertionError):
        customer()
    with transaction.atomic(), pytest.raises(AssertionError):
        calls.read(stripe_client().v1.customers.list)


def test_the_client_is_pinned(settings: Settings) -> None:
    options = stripe_client()._requestor._options
    assert options.stripe_version == "2026-05-27.dahlia" == stripe.api_version
    assert options.max_network_retries == 2
    assert options.base_addresses["api"] == settings.STRIPE_API_HOST
    assert settings.STRIPE_TIMEOUT_S * 3 < settings.CELERY_TASK_SOFT_TIME_LIMIT
