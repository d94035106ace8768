"""The fault plan: what goes wrong between a caller and the provider, and what was done all the same."""

import time
from typing import Any

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake

KEYED: Any = {"idempotency_key": "the-one-key"}


def names(api: V1Services) -> list[str | None]:
    return [one.name for one in api.customers.list().data]


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [
        ("reset", stripe.APIConnectionError, []),
        ("cut_body", stripe.APIConnectionError, ["Ada"]),
        ("done_but_answer_lost", stripe.APIConnectionError, ["Ada"]),
        ("503", stripe.APIError, []),
        ("409", stripe.StripeError, []),
        ("429", stripe.RateLimitError, []),
    ],
)
def test_after_a_fault_the_same_key_does_it_exactly_once(
    fake: Fake, api: V1Services, kind: str, error: type[Exception], done: list[str]
) -> None:
    fake.control("faults", kind=kind, method="POST", path="/v1/customers")
    with pytest.raises(error):
        api.customers.create({"name": "Ada"}, KEYED)
    assert names(api) == done
    api.customers.create({"name": "Ada"}, KEYED)
    assert names(api) == ["Ada"]


def test_a_500_is_stored_and_answered_again_unless_told_otherwise(fake: Fake, api: V1Services) -> None:
    fake.control("faults", kind="500", path="/v1/customers")
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            api.customers.create({"name": "Ada"}, KEYED)
    fake.control("faults", kind="500", path="/v1/customers", stored=False)
    other: Any = {"idempotency_key": "another"}
    with pytest.raises(stripe.APIError):
        api.customers.create({"name": "Ada"}, other)
    assert api.customers.create({"name": "Ada"}, other).name == "Ada"


def test_a_slow_body_arrives_whole(fake: Fake, api: V1Services) -> None:
    fake.control("faults", kind="slow_body", path="/v1/customers", seconds=0.3)
    began = time.monotonic()
    assert api.customers.create({"name": "Ada"}).name == "Ada"
    assert time.monotonic() - began >= 0.3


def test_a_share_of_the_requests_is_hit_the_same_for_the_same_seed(fake: Fake, api: V1Services) -> None:
    outcomes = []
    for _ in range(2):
        fake.control("faults", kind="503", method="GET", path="/v1/balance", count=99, percent=50, seed=11)
        outcomes.append([_answers(api) for _ in range(12)])
        fake.control("reset", keep_webhook_endpoints=False)
    assert outcomes[0] == outcomes[1]
    assert 0 < sum(outcomes[0]) < 12


def _answers(api: V1Services) -> bool:
    try:
        api.balance.retrieve()
    except stripe.APIError:
        return False
    return True


def test_a_fault_on_one_path_leaves_the_others_alone(fake: Fake, api: V1Services) -> None:
    fake.control("faults", kind="503", path="/v1/transfers*", skip=1)
    api.transfers.list()
    assert names(api) == []
    with pytest.raises(stripe.APIError):
        api.transfers.list()
    assert fake.control("faults")["faults"] == []
