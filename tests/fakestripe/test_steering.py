"""The controls of the webhook queue: late, lost, false, doubled and out of the ordinary."""

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake, web
from tests.fakestripe.journeys import new_session, paid_charge, pay
from tests.fakestripe.test_webhooks import Listener, listen, listener, until

__all__ = ["listener"]

HOOK = "http://127.0.0.1:9/webhooks/"


def deliveries(fake: Fake) -> list[dict[str, object]]:
    found: list[dict[str, object]] = fake.control("webhooks")["deliveries"]
    return found[::-1]


def test_a_delay_is_virtual_time(fake: Fake, api: V1Services, listener: Listener) -> None:
    secret = listen(api, listener)
    fake.control("webhooks", action="delay", seconds=3 * 86_400)
    late = api.customers.create({"name": "late"})
    fake.control("webhooks", action="delay", seconds=0)
    api.customers.create({"name": "early"})
    listener.wait_for(1)
    fake.advance(days=2)
    assert [event.data.object["name"] for event in listener.events(secret)] == ["early"]
    fake.advance(days=1)
    listener.wait_for(2)
    assert listener.events(secret)[1].data.object["id"] == late.id


@pytest.mark.parametrize(("seconds", "fits"), [(301, False), (-3_600, True)])
def test_the_next_attempt_is_signed_at_another_time(
    fake: Fake, api: V1Services, listener: Listener, seconds: int, fits: bool
) -> None:
    secret = listen(api, listener)
    fake.control("webhooks", action="age", seconds=seconds, count=1)
    for number in (1, 2):
        api.customers.create({"name": str(number)})
        listener.wait_for(number)
    if not fits:
        with pytest.raises(stripe.SignatureVerificationError, match="outside the tolerance"):
            listener.events(secret)
        listener.received.pop(0)
    assert listener.events(secret)[-1].data.object["name"] == "2"


@pytest.mark.parametrize("other", ["", "whsec_of_the_other_endpoint"])
def test_the_next_attempt_is_signed_with_a_false_secret(
    fake: Fake, api: V1Services, listener: Listener, other: str
) -> None:
    secret = listen(api, listener)
    fake.control("webhooks", action="forge", count=1, secret=other)
    listener.answers = [400]
    api.customers.create({"name": "forged"})
    listener.wait_for(1)
    with pytest.raises(stripe.SignatureVerificationError, match="No signatures found"):
        listener.events(secret)
    if other:
        assert len(listener.events(other)) == 1
    listener.received.clear()
    until(lambda: deliveries(fake)[0]["attempts"] == 1)
    fake.advance(seconds=2)
    listener.wait_for(1)
    assert len(listener.events(secret)) == 1


def test_a_secret_is_rolled_with_two_signatures_for_a_day(
    fake: Fake, api: V1Services, listener: Listener
) -> None:
    former = listen(api, listener)
    (endpoint,) = api.webhook_endpoints.list().data
    fake.control("webhooks", action="roll", endpoint=endpoint.id, secret="whsec_new")
    api.customers.create({"name": "during"})
    listener.wait_for(1)
    assert listener.received[0][1].count("v1=") == 2
    assert len(listener.events(former)) == len(listener.events("whsec_new")) == 1
    fake.advance(days=1)
    api.customers.create({"name": "after"})
    listener.wait_for(2)
    listener.received.pop(0)
    assert listener.received[0][1].count("v1=") == 1
    assert len(listener.events("whsec_new")) == 1


@pytest.mark.parametrize(("percent", "some"), [(0, False), (50, True), (100, True)])
def test_a_share_of_the_deliveries_is_lost_the_same_for_the_same_seed(
    fake: Fake, api: V1Services, percent: int, some: bool
) -> None:
    api.webhook_endpoints.create({"url": HOOK, "enabled_events": ["*"]})
    fates = []
    for _ in range(2):
        fake.control("webhooks", action="drop", percent=percent, seed=7)
        before = len(deliveries(fake))
        for number in range(10):
            api.customers.create({"name": str(number)})
        fates.append([one["status"] == "dropped" for one in deliveries(fake)[before:]])
    assert fates[0] == fates[1]
    assert (any(fates[0]), all(fates[0])) == (some, percent == 100)


def test_one_held_event_can_be_let_go(fake: Fake, api: V1Services, listener: Listener) -> None:
    secret = listen(api, listener)
    fake.control("webhooks", action="hold")
    for name in ("first", "second"):
        api.customers.create({"name": name})
    fake.control("webhooks", action="release", event=deliveries(fake)[1]["event"])
    listener.wait_for(1)
    assert [event.data.object["name"] for event in listener.events(secret)] == ["second"]
    assert deliveries(fake)[0]["status"] == "held"


def test_in_order_one_follows_the_other(fake: Fake, api: V1Services, listener: Listener) -> None:
    secret = listen(api, listener)
    fake.control("webhooks", action="hold")
    names = [str(number) for number in range(12)]
    for name in names:
        api.customers.create({"name": name})
    fake.control("webhooks", action="release", in_order=True)
    listener.wait_for(12)
    assert [event.data.object["name"] for event in listener.events(secret)] == names


def test_retries_thin_out_over_three_virtual_days(fake: Fake, api: V1Services, listener: Listener) -> None:
    listen(api, listener)
    listener.answers = [500] * 40
    api.customers.create({"name": "unheard"})
    tries = 0
    for _ in range(40):
        tries += 1
        until(lambda count=tries: deliveries(fake)[0]["attempts"] == count)  # type: ignore[misc]
        if deliveries(fake)[0]["status"] == "failed":
            break
        now = fake.control("clock")["now"]
        fake.advance(seconds=max(0, int(str(deliveries(fake)[0]["next_at"])) - now))
    assert (deliveries(fake)[0]["status"], len(listener.received)) == ("failed", tries)
    assert tries == 18  # the twelve pauses, then every twelve hours


def test_calm_forgets_every_control(fake: Fake, api: V1Services) -> None:
    before = fake.control("webhooks")
    for action in ("hold", "drop_next", "duplicate", "age", "forge", "delay", "drop"):
        fake.control("webhooks", action=action, count=9, seconds=9, percent=9)
    fake.control("webhooks", action="calm")
    assert fake.control("webhooks") == before


def test_a_strange_event_can_be_sent(fake: Fake, api: V1Services, listener: Listener) -> None:
    secret = listen(api, listener)
    customer = api.customers.create({"name": "known"})
    listener.wait_for(1)
    fake.control("events", type="customer.updated", object=customer.id, livemode=True)
    fake.control(
        "events", type="moon.rose", object={"id": "moon_1", "object": "moon"}, api_version="2099-01-01"
    )
    listener.wait_for(3)
    strange = {(event.type, event.livemode, event.api_version) for event in listener.events(secret)[1:]}
    assert strange == {("customer.updated", True, "2026-05-27.dahlia"), ("moon.rose", False, "2099-01-01")}


def test_an_object_can_be_gone_before_its_event_is_worked_off(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api)
    fake.control("deletions", id=charge.id)
    with pytest.raises(stripe.InvalidRequestError) as gone:
        api.charges.retrieve(charge.id)
    assert (gone.value.http_status, gone.value.code) == (404, "resource_missing")
    assert "charge.succeeded" in [event.type for event in api.events.list().data]


def test_the_webhook_can_come_before_the_answer(fake: Fake, api: V1Services, listener: Listener) -> None:
    listen(api, listener, "customer.created")
    fake.control("faults", kind="webhook_first", path="/v1/customers", seconds=5)
    api.customers.create({"name": "told before"})
    assert len(listener.received) == 1


def test_the_clock_set_back_does_not_leave_deliveries_behind(
    fake: Fake, api: V1Services, listener: Listener
) -> None:
    listen(api, listener)
    fake.control("webhooks", action="hold")
    pay(new_session(api))
    waiting = len(deliveries(fake))
    fake.control("clock", offset_s=-90 * 86_400)
    fake.control("webhooks", action="release")
    listener.wait_for(waiting)


def test_an_unknown_action_names_the_known_ones(fake: Fake) -> None:
    answer = web.post(
        f"{fake.url}/_control/webhooks",
        json={"action": "explode"},
        headers={"X-Fakestripe-Token": "control-token-of-the-tests"},
    )
    assert (answer.status_code, "permute" in answer.text) == (400, True)
