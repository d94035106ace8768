"""Events whose webhooks never arrived, dj-stripe's mirror, and the operators' alerts."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from djstripe.models import Charge, Event, PaymentIntent, Session

from accounts.models import User
from ground import clock as business_clock
from provider import alerts, hooks, listing, mirror
from provider.errors import AlertAlreadyResolved
from provider.models import EventListing, InboxEvent, OperatorAlert
from tests.fixtures.races import Race
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import Webhooks, work_off_inbox
from tests.wallet.conftest import buy, now_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]


def test_events_that_never_arrived_are_found_in_the_providers_list(
    fan: User, pay: Callable[..., httpx.Response]
) -> None:
    order = buy(fan)
    pay(order)
    assert InboxEvent.objects.count() == 0
    found = listing.find_lost_events()
    assert found == InboxEvent.objects.filter(source="listing").count() == 2
    work_off_inbox()
    assert now_of(order) == ("credited", 700)


def test_the_list_is_read_once_a_minute_and_only_what_is_new_is_taken(
    fan: User, pay: Callable[..., httpx.Response]
) -> None:
    pay(buy(fan))
    assert listing.find_lost_events() == 2
    assert listing.find_lost_events() == 0
    EventListing.objects.update(listed_at=business_clock.wall() - timedelta(minutes=2))
    assert listing.find_lost_events() == 0
    assert OperatorAlert.objects.count() == 0


def test_an_event_found_late_tells_the_operators(
    fan: User, pay: Callable[..., httpx.Response], clock: Clock
) -> None:
    pay(buy(fan))
    clock.advance(days=4)
    listing.find_lost_events()
    assert (
        OperatorAlert.objects.get(code="webhook_lost").times == 3
    )  # the two of the payment, and its money's


def test_a_silent_provider_is_asked_again_later(fakestripe: FakeStripe) -> None:
    fakestripe.control("faults", {"kind": "503", "path": "/v1/events", "count": 3})
    assert listing.find_lost_events() == 0
    assert EventListing.objects.get().seen_until < business_clock.now() - timedelta(days=28)


def test_connected_accounts_are_read_by_their_own_name(
    monkeypatch: pytest.MonkeyPatch, fakestripe: FakeStripe
) -> None:
    monkeypatch.setattr(hooks.accounts_to_list, "_functions", [list])
    listing.find_lost_events()
    assert list(EventListing.objects.values_list("account", flat=True)) == [""]


def test_the_mirror_takes_what_the_webhooks_told(
    fan: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    order = buy(fan)
    pay(order)
    webhooks.deliver_all()
    for event_pk in InboxEvent.objects.values_list("pk", flat=True):
        mirror.feed(event_pk=event_pk)
    assert InboxEvent.objects.filter(mirrored_at=None).count() == 0
    session = Session.objects.get(id=order.session_id or (now_of(order) and order.session_id))
    assert session.stripe_data["amount_total"] == 985
    assert PaymentIntent.objects.get().stripe_data["amount"] == 985
    assert Charge.objects.get().stripe_data["status"] == "succeeded"
    assert Event.objects.count() >= 3


def test_the_mirror_fed_twice_holds_an_event_once(
    fan: User, pay: Callable[..., httpx.Response], webhooks: Webhooks
) -> None:
    pay(buy(fan))
    webhooks.deliver_all("checkout.session.completed")
    (event_pk,) = InboxEvent.objects.values_list("pk", flat=True)
    mirror.feed(event_pk=event_pk)
    InboxEvent.objects.update(mirrored_at=None)
    mirror.feed(event_pk=event_pk)
    assert Event.objects.count() == 1


def test_a_mirror_that_fails_touches_no_coins(
    fan: User, pay: Callable[..., httpx.Response], webhooks: Webhooks, fakestripe: FakeStripe
) -> None:
    order = buy(fan)
    pay(order)
    webhooks.deliver_all("checkout.session.completed")
    fakestripe.control("faults", {"kind": "503", "path": "/v1/*", "count": 40})
    event = InboxEvent.objects.get()
    mirror.feed(event_pk=event.pk)
    event.refresh_from_db()
    assert (event.mirrored_at, event.mirror_attempts, event.status) == (None, 1, "done")
    assert now_of(order) == ("credited", 700)
    assert Event.objects.count() == 0


def test_an_alert_counts_up_while_it_is_open_and_opens_anew_afterwards(operator: User) -> None:
    for _ in range(3):
        alerts.raise_alert(code="c", key="k", message="Look here.")
    alert = OperatorAlert.objects.get()
    assert alert.times == 3
    alerts.resolve_alert(alert_id=alert.pk, operator=operator, resolution="Looked.")
    alerts.raise_alert(code="c", key="k", message="Look here.")
    assert OperatorAlert.objects.filter(resolved_at=None).count() == 1
    with pytest.raises(AlertAlreadyResolved):
        alerts.resolve_alert(alert_id=alert.pk, operator=operator, resolution="Again.")


def test_an_alert_raised_at_once_is_one_alert(race: Race) -> None:
    race(5, lambda: alerts.raise_alert(code="c", key="k", message="Look here."))
    assert OperatorAlert.objects.get().times == 5
