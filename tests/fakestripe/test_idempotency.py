"""Idempotency keys and faults: one effect for one key, whatever happens on the way."""

import threading
import time
from typing import Any

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake
from tests.fakestripe.journeys import funded_account, ready_account

KEY: Any = {"idempotency_key": "payout:1:transfer"}


def send(api: V1Services, account: str, amount: int = 1_000, options: Any = KEY) -> stripe.Transfer:
    return api.transfers.create({"amount": amount, "currency": "usd", "destination": account}, options)


@pytest.fixture
def account(fake: Fake, api: V1Services) -> str:
    """A ready account, and a platform that can pay it."""
    ready = ready_account(fake, api)
    fake.control("topup", amount=10_000, currency="usd")
    return ready


def header(answer: stripe.StripeObject, name: str) -> str | None:
    assert answer.last_response is not None
    return answer.last_response.headers.get(name)


def test_the_same_key_answers_the_same_and_moves_money_once(
    fake: Fake, api: V1Services, account: str
) -> None:
    first, second = send(api, account), send(api, account)
    assert second.id == first.id
    assert (header(first, "Idempotent-Replayed"), header(second, "Idempotent-Replayed")) == (None, "true")
    assert header(first, "Request-Id") != header(second, "Request-Id")
    assert fake.balance(account) == (1_000, 0)


def test_the_same_key_with_other_parameters_is_refused(fake: Fake, api: V1Services, account: str) -> None:
    send(api, account)
    with pytest.raises(stripe.IdempotencyError) as refused:
        send(api, account, 1_001)
    assert refused.value.http_status == 400
    assert fake.balance(account) == (1_000, 0)


def test_a_key_belongs_to_one_account(fake: Fake, api: V1Services) -> None:
    alice, bob = funded_account(fake, api, amount=1_000), funded_account(fake, api, amount=1_000)
    made = {
        who: api.payouts.create({"amount": 500, "currency": "usd"}, {"stripe_account": who} | KEY).id
        for who in (alice, bob)
    }
    assert made[alice] != made[bob]


def test_a_refusal_is_kept_with_its_key(fake: Fake, api: V1Services, account: str) -> None:
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            send(api, account, 10_001)
        assert refused.value.code == "balance_insufficient"
        fake.control("topup", amount=1, currency="usd")
    assert send(api, account, 10_001, {"idempotency_key": "another"}).amount == 10_001


def test_wrong_parameters_keep_nothing(api: V1Services, account: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid integer"):
        send(api, account, "many")  # type: ignore[arg-type]
    assert send(api, account).amount == 1_000


def test_a_key_is_forgotten_after_a_day(fake: Fake, api: V1Services, account: str) -> None:
    first = send(api, account)
    fake.advance(days=1, seconds=1)
    assert send(api, account).id != first.id


def test_a_declined_charge_is_kept_with_its_key_and_its_failed_charge(api: V1Services) -> None:
    asked: Any = {
        "amount": 1_000,
        "currency": "usd",
        "payment_method": "pm_card_chargeDeclined",
        "confirm": True,
    }
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            api.payment_intents.create(asked, KEY)
        assert (declined.value.code, declined.value.http_status) == ("card_declined", 402)
    assert [charge.status for charge in api.charges.list().data] == ["failed"]


def test_too_many_requests_is_answered_before_the_key_is_looked_at(
    fake: Fake, api: V1Services, account: str
) -> None:
    fake.control("faults", kind="429", method="POST", path="/v1/transfers")
    with pytest.raises(stripe.RateLimitError):
        send(api, account)
    assert send(api, account).amount == 1_000


def test_a_500_is_kept_with_its_key(fake: Fake, api: V1Services, account: str) -> None:
    fake.control("faults", kind="500", method="POST", path="/v1/transfers")
    for _ in range(2):
        with pytest.raises(stripe.APIError) as broken:
            send(api, account)
        assert broken.value.http_status == 500
    assert fake.balance(account) == (0, 0)


@pytest.mark.parametrize(
    "fault", [{"kind": "500", "stored": False}, {"kind": "503"}, {"kind": "409"}, {"kind": "reset"}]
)
def test_the_library_retries_other_troubles_and_pays_once(
    fake: Fake, account: str, fault: dict[str, Any]
) -> None:
    fake.control("faults", **fault, method="POST", path="/v1/transfers", count=2)
    assert send(fake.api(retries=2), account).amount == 1_000
    assert fake.balance(account) == (1_000, 0)


def test_a_lost_answer_is_found_again_by_its_key(fake: Fake, api: V1Services, account: str) -> None:
    fake.control("faults", kind="done_but_answer_lost", method="POST", path="/v1/transfers")
    with pytest.raises(stripe.APIConnectionError):
        send(api, account)
    assert fake.balance(account) == (1_000, 0)
    again = send(api, account)
    assert header(again, "Idempotent-Replayed") == "true"
    assert fake.balance(account) == (1_000, 0)


def test_a_key_in_use_is_refused_until_it_is_done(fake: Fake, api: V1Services, account: str) -> None:
    fake.control("faults", kind="slow", method="POST", path="/v1/transfers", seconds=3)
    done: list[stripe.Transfer] = []
    slow = threading.Thread(target=lambda: done.append(send(fake.api(), account)))
    slow.start()
    while fake.control("faults")["faults"]:  # until the slow request has met it
        time.sleep(0.01)
    with pytest.raises(stripe.StripeError) as refused:
        send(api, account)
    slow.join()
    assert isinstance(refused.value.json_body, dict)
    code = refused.value.json_body["error"]["code"]
    assert (refused.value.http_status, code) == (409, "idempotency_key_in_use")
    assert send(api, account).id == done[0].id


def test_a_fault_may_wait_for_its_turn(fake: Fake, api: V1Services, account: str) -> None:
    fake.control("faults", kind="503", method="POST", path="/v1/trans*", skip=1)
    assert send(api, account).amount == 1_000
    with pytest.raises(stripe.APIError):
        send(api, account, options={"idempotency_key": "second"})
    assert fake.control("faults")["faults"] == []
