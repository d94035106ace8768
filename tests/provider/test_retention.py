"""Forgetting events: settled ones after their time, the others never."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from djstripe.models import Event

from config.environment import at_least
from ground import clock
from provider import retention, tasks
from provider.models import InboxEvent
from tests.fixtures.wallet import Webhooks
from tests.provider.test_door import event

pytestmark = pytest.mark.django_db(transaction=True)


def kept_event(number: int, *, status: str, days_ago: float) -> None:
    """Put an event into the inbox that was settled (or tried) so many days ago."""
    name = f"evt_{number}"
    assert Webhooks().deliver(event(id=name)).status_code == 200
    then = clock.wall() - timedelta(days=days_ago)
    InboxEvent.objects.filter(event_id=name).update(
        status=status, received_at=then, finished_at=None if status in ("received", "failed") else then
    )


def test_what_was_settled_long_ago_is_forgotten_and_nothing_else() -> None:
    long, short = settings.INBOX_KEPT_DAYS + 1, settings.INBOX_KEPT_DAYS - 1
    cases = [
        ("done", long),
        ("ignored", long),
        ("done", short),
        ("received", long),
        ("failed", long),
    ]
    for number, (status, days) in enumerate(cases):
        kept_event(number, status=status, days_ago=days)
    assert retention.forget_old_events(now=clock.wall()) == 2
    assert list(InboxEvent.objects.order_by("pk").values_list("event_id", flat=True)) == [
        "evt_2", "evt_3", "evt_4",
    ]  # fmt: skip
    assert retention.forget_old_events(now=clock.wall()) == 0


def test_a_forgotten_event_that_comes_again_is_worked_off_again() -> None:
    kept_event(1, status="done", days_ago=500)
    tasks.forget_events()
    assert Webhooks().deliver(event(id="evt_1")).status_code == 200
    assert InboxEvent.objects.get().status == "received"


def test_the_mirror_forgets_its_events_too() -> None:
    for number in (1, 2):
        Event.objects.create(id=f"evt_{number}", type="t", livemode=False, data={}, stripe_data={})
    Event.objects.filter(id="evt_1").update(djstripe_created=clock.wall() - timedelta(days=500))
    retention.forget_old_events(now=clock.wall())
    assert list(Event.objects.values_list("id", flat=True)) == ["evt_2"]


def test_a_time_shorter_than_the_providers_memory_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVATION_INBOX_KEPT_DAYS", "34")
    with pytest.raises(
        ImproperlyConfigured, match="OVATION_INBOX_KEPT_DAYS is 34; use a whole number from 35 on"
    ):
        at_least("OVATION_INBOX_KEPT_DAYS", 35, 120)
    monkeypatch.setenv("OVATION_INBOX_KEPT_DAYS", "35")
    assert at_least("OVATION_INBOX_KEPT_DAYS", 35, 120) == 35
