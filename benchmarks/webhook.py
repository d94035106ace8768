"""P5: one recharge webhook, verified and credited, beside the time that dj-stripe alone needs to store it.

Both are handed the same kind of request in this process: the provider's signed `checkout.session.completed` of an
order just paid on its page. Each order is measured once. The provider is fakestripe, a process of its own; both ask
it by HTTP.

ours       the door verifies and stores the event; the worker's function asks the provider and credits the coins
dj-stripe  its own view verifies and stores the event and the objects it names, which it fetches; nobody gets coins
"""

import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.http import HttpRequest
from django.test import RequestFactory
from djstripe.models import Event, WebhookEndpoint
from djstripe.views import ProcessWebhookView

from accounts.models import User
from benchmarks import checked, stage, web
from benchmarks.harness import Contender, Plan, Report, Sample, interleave
from ground import clock
from provider import webhooks, work
from provider.client import stripe_client
from provider.models import InboxEvent
from wallet import services
from wallet.models import Order
from wallet.states import OrderState

PACKAGE = "coins-700"
PER_SECOND = 8  # recharges measured for each second asked for
LEAST = 3
SECRET = "whsec_of_the_benchmark"  # noqa: S105 (of a provider that is started here)
CARD = {
    "card_number": "4242424242424242",
    "exp": "12/34",
    "cvc": "123",
    "name": "A fan",
    "email": "fan@bench.example",
}


@dataclass(frozen=True)
class Delivery:
    """What the provider posts when an order was paid."""

    event_id: str
    body: bytes

    def request(self) -> HttpRequest:
        """The request as our server would hand it on, signed now."""
        at = int(time.time())
        signed = hmac.new(SECRET.encode(), f"{at}.".encode() + self.body, hashlib.sha256).hexdigest()
        return RequestFactory().post(
            "/webhooks/stripe/", self.body, "application/json", HTTP_STRIPE_SIGNATURE=f"t={at},v1={signed}"
        )


class Recharges:
    """Orders that were paid on the provider's page and whose webhooks are still to come."""

    def __init__(self, fans: Sequence[int]) -> None:
        User.objects.filter(pk__in=fans).update(birth_date=date(1990, 5, 17))
        self._fans = iter(fans)
        self._numbers = count()
        self.made: list[Order] = []

    def paid(self, number: int) -> list[Delivery]:
        """`number` of them, each of a fan who never bought before."""
        return [self._pay() for _ in range(number)]

    def _pay(self) -> Delivery:
        fan = User.objects.get(pk=next(self._fans))
        order = services.create_order(
            user=fan, key=f"bench:{next(self._numbers)}", now=clock.now(), package=PACKAGE
        )
        httpx.post(order.checkout_url, data={"method": "card"} | CARD, timeout=20)
        self.made.append(order)
        listed = stripe_client().v1.events.list({"type": "checkout.session.completed", "limit": 1}).to_dict()
        (event,) = listed["data"]
        assert event["data"]["object"]["client_reference_id"] == str(order.pk), "the page took no money"
        return Delivery(event["id"], json.dumps(event).encode())


def run(plan: Plan) -> Report:
    """This will pay orders and deliver their webhooks to both in turn, and check the books and the orders."""
    needed = 2 * plan.rounds * _number(plan.seconds) + 2 * LEAST
    with _provider():
        recharges = Recharges(stage.build(fans=needed).fans)
        results = interleave(contenders(recharges), plan)
    ours, theirs = results["ours"].p50_ms, results["dj-stripe"].p50_ms
    assert ours is not None
    assert theirs is not None
    credited = Order.objects.filter(state=OrderState.CREDITED).count()
    notes = [
        f"{credited:,} orders credited once each, {Event.objects.count():,} stored by dj-stripe",
        checked.books(),
    ]
    return Report("webhook", results, {"time of dj-stripe": ours / theirs}, notes)


def contenders(recharges: Recharges) -> list[Contender]:
    """Both, warmed up: the first webhook of a process makes connections and compiles queries."""
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    endpoint = WebhookEndpoint.objects.create(
        id="we_bench", secret=SECRET, url="http://127.0.0.1/", status="enabled", livemode=False, enabled_events=["*"],
        stripe_data={},
    )  # fmt: skip
    theirs = ProcessWebhookView.as_view()

    def store(delivery: Delivery) -> dict[str, float]:
        assert theirs(delivery.request(), uuid=endpoint.djstripe_uuid).status_code == 200
        return {}

    made = [
        Contender("ours", lambda seconds: _measure(recharges, _credit, seconds)),
        Contender("dj-stripe", lambda seconds: _measure(recharges, store, seconds)),
    ]
    for contender in made:
        contender.measure(0)
    return made


def _credit(delivery: Delivery) -> dict[str, float]:
    """Answer the delivery, then do what its worker does; and how much of it the provider waited for."""
    begun = time.perf_counter()
    assert webhooks.platform(delivery.request()).status_code == 200
    answered_ms = (time.perf_counter() - begun) * 1000
    event = InboxEvent.objects.only("pk").get(event_id=delivery.event_id)
    work.work_off(event_pk=event.pk, worker="benchmark")
    return {"answered_ms": answered_ms}


def _measure(recharges: Recharges, take: Callable[[Delivery], dict[str, float]], seconds: float) -> Sample:
    deliveries = recharges.paid(_number(seconds))
    latencies, parts = list[float](), list[dict[str, float]]()
    for delivery in deliveries:
        begun = time.perf_counter()
        parts.append(take(delivery))
        latencies.append((time.perf_counter() - begun) * 1000)
    middle = len(parts) // 2
    extra = {name: sorted(part[name] for part in parts)[middle] for name in parts[0]}
    if take is _credit:
        _demand_credited(deliveries)
    return Sample(len(latencies), sum(latencies) / 1000, latencies, extra)


def _demand_credited(deliveries: Sequence[Delivery]) -> None:
    done = InboxEvent.objects.filter(
        event_id__in=[delivery.event_id for delivery in deliveries], status=InboxEvent.Status.DONE
    )
    assert done.count() == len(deliveries), "a webhook was not worked off"


def _number(seconds: float) -> int:
    return max(LEAST, int(seconds * PER_SECOND))


@contextmanager
def _provider() -> Iterator[None]:
    """This will run fakestripe where the settings say that Stripe is."""
    port = urlsplit(settings.STRIPE_API_HOST).port
    assert port is not None, "the benchmark's provider is fakestripe"
    data = Path(os.environ["OVATION_DATA"]) / "fakestripe"
    argv = [sys.executable, "-m", "fakestripe", "--port", str(port), "--data", str(data)]
    with web.server("fakestripe", argv, port):
        yield
