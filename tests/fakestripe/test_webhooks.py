"""Signed deliveries: at once when all is well, again when not, and as the controls say."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake
from tests.fakestripe.journeys import funded_account, new_session, pay

PATIENCE_S = 30.0


@dataclass
class Listener:
    """An endpoint that keeps what it is sent and answers as told."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    received: list[tuple[bytes, str]] = field(default_factory=list)

    def events(self, secret: str) -> list[stripe.Event]:
        """Answer the events whose signature fits; a wrong one raises."""
        read: Any = stripe.Webhook.construct_event
        return [read(body, signed, secret) for body, signed in list(self.received)]

    def wait_for(self, count: int) -> None:
        until(lambda: len(self.received) >= count)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.received.append((body, self.headers["Stripe-Signature"]))
            self.send_response(made.answers.pop(0) if made.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/webhooks/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def listen(api: V1Services, listener: Listener, *events: str, connect: bool = False) -> str:
    asked: Any = {"url": listener.url, "enabled_events": list(events) or ["*"], "connect": connect}
    secret = api.webhook_endpoints.create(asked).secret
    assert secret is not None
    return secret


def test_a_payment_is_announced_signed(api: V1Services, listener: Listener) -> None:
    secret = listen(api, listener, "checkout.session.completed")
    session = new_session(api)
    pay(session)
    listener.wait_for(1)
    (event,) = listener.events(secret)
    assert (event.type, event.api_version) == ("checkout.session.completed", "2026-05-27.dahlia")
    assert event.data.object["id"] == session.id
    with pytest.raises(stripe.SignatureVerificationError):
        listener.events("whsec_of_another_endpoint")


def test_connect_endpoints_hear_of_connected_accounts_only(
    fake: Fake, api: V1Services, listener: Listener
) -> None:
    secret = listen(api, listener, connect=True)
    account = funded_account(fake, api, amount=1_000)
    api.payouts.create({"amount": 500, "currency": "usd"}, {"stripe_account": account})
    listener.wait_for(4)
    events = listener.events(secret)
    assert {event.account for event in events} == {account}
    assert {event.type for event in events} == {
        "account.external_account.created", "capability.updated", "account.updated", "payout.created",
    }  # fmt: skip


def test_platform_endpoints_do_not_hear_of_connected_accounts(
    fake: Fake, api: V1Services, listener: Listener
) -> None:
    secret = listen(api, listener)
    funded_account(fake, api, amount=1_000)
    listener.wait_for(1)
    assert [event.type for event in listener.events(secret)] == ["transfer.created"]


def test_what_is_not_answered_with_2xx_comes_again(fake: Fake, api: V1Services, listener: Listener) -> None:
    secret = listen(api, listener)
    listener.answers = [500, 302]
    api.customers.create({"email": "fan@example.com"})
    listener.wait_for(1)
    until(lambda: fake.control("webhooks")["deliveries"][0]["attempts"] == 1)
    fake.advance(seconds=2)
    listener.wait_for(2)
    fake.advance(seconds=3)
    listener.wait_for(3)
    assert len({event.id for event in listener.events(secret)}) == 1
    until(lambda: fake.control("webhooks")["deliveries"][0]["status"] == "delivered")
    assert fake.control("webhooks")["deliveries"][0]["attempts"] == 3


def test_after_three_days_it_is_given_up_and_can_be_sent_again(
    fake: Fake, api: V1Services, listener: Listener
) -> None:
    listen(api, listener)
    listener.answers = [500, 500]
    api.customers.create({"email": "fan@example.com"})
    until(lambda: fake.control("webhooks")["deliveries"][0]["attempts"] == 1)
    fake.advance(days=3)
    until(lambda: fake.control("webhooks")["deliveries"][0]["status"] == "failed")
    fake.control("webhooks", action="redeliver")
    until(lambda: fake.control("webhooks")["deliveries"][0]["status"] == "delivered")


def test_held_deliveries_wait_and_can_be_mixed(fake: Fake, api: V1Services, listener: Listener) -> None:
    secret = listen(api, listener)
    fake.control("webhooks", action="hold")
    made = [api.customers.create({"name": str(number)}).id for number in range(6)]
    time.sleep(0.2)
    assert listener.received == []
    fake.control("webhooks", action="permute", seed=3)
    fake.control("webhooks", action="release")
    listener.wait_for(6)
    heard = [event.data.object["id"] for event in listener.events(secret)]
    assert sorted(heard) == sorted(made)
    assert heard != made


def test_deliveries_can_be_dropped_and_doubled(fake: Fake, api: V1Services, listener: Listener) -> None:
    secret = listen(api, listener)
    fake.control("webhooks", action="drop_next", count=1)
    lost = api.customers.create({"name": "lost"})
    fake.control("webhooks", action="duplicate", count=3)
    api.customers.create({"name": "thrice"})
    listener.wait_for(3)
    assert {event.data.object["name"] for event in listener.events(secret)} == {"thrice"}
    assert [one.data.object["id"] for one in api.events.list().data][-1] == lost.id


def test_endpoints_can_be_listed_changed_and_removed(fake: Fake, api: V1Services, listener: Listener) -> None:
    listen(api, listener)
    (endpoint,) = api.webhook_endpoints.list().data
    assert (endpoint.url, endpoint.secret if "secret" in endpoint else None) == (listener.url, None)
    api.webhook_endpoints.update(endpoint.id, {"disabled": True})
    api.customers.create({"name": "unheard"})
    api.webhook_endpoints.delete(endpoint.id)
    assert api.webhook_endpoints.list().data == []
    assert fake.control("webhooks")["deliveries"] == []


def test_making_sure_of_an_endpoint_twice_makes_one(fake: Fake, api: V1Services, listener: Listener) -> None:
    chosen = "whsec_chosen_by_the_caller"
    first = fake.control("endpoints", url=listener.url, secret=chosen)
    second = fake.control("endpoints", url=listener.url)
    assert (first["id"], second["secret"]) == (second["id"], chosen)
    api.customers.create({"name": "heard"})
    listener.wait_for(1)
    assert len(listener.events(chosen)) == 1


def test_an_endpoint_elsewhere_is_refused(api: V1Services) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.webhook_endpoints.create({"url": "https://example.com/hook", "enabled_events": ["*"]})
    assert refused.value.param == "url"
