"""Working off the inbox: done means committed, whatever dies on the way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from ground import clock
from provider import hooks, tasks, work
from provider.models import InboxEvent, OperatorAlert
from stack.process import Program
from tests.fixtures.races import Race
from tests.fixtures.wallet import Webhooks
from tests.provider.test_door import event

pytestmark = pytest.mark.django_db(transaction=True)

Status = InboxEvent.Status
type Receive = Callable[..., InboxEvent]
type Handle = Callable[[str, hooks.Handler], None]


@pytest.fixture
def received() -> Receive:
    """Put an event into the inbox through the door."""

    def receive(**fields: Any) -> InboxEvent:
        assert Webhooks().deliver(event(**fields)).status_code == 200
        return InboxEvent.objects.get(event_id=fields.get("id", "evt_1"))

    return receive


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> Handle:
    """Let a function handle an event type during this test."""

    def handle(type_: str, handler: hooks.Handler) -> None:
        monkeypatch.setitem(hooks._handlers, type_, handler)

    return handle


def work_off(row: InboxEvent, worker: str = "one") -> InboxEvent:
    work.work_off(event_pk=row.pk, worker=worker)
    row.refresh_from_db()
    return row


def test_a_handler_settles_in_the_transaction_of_its_work(received: Receive, handled: Handle) -> None:
    def handler(row: InboxEvent) -> None:
        with transaction.atomic():
            row.settle(Status.DONE, "with its work")

    handled("test.thing", handler)
    row = work_off(received(type="test.thing"))
    assert (row.status, row.note, row.attempts) == ("done", "with its work", 1)


def test_work_that_is_rolled_back_leaves_the_event_open(received: Receive, handled: Handle) -> None:
    def handler(row: InboxEvent) -> None:
        with transaction.atomic():
            row.settle(Status.DONE)
            raise RuntimeError("the disk is full")

    handled("test.thing", handler)
    row = work_off(received(type="test.thing"))
    assert (row.status, row.error) == ("received", "RuntimeError('the disk is full')")
    assert row.next_attempt_at > clock.wall() + timedelta(seconds=3)
    assert work.due() == []


def test_settling_outside_a_transaction_is_a_mistake(received: Receive) -> None:
    with pytest.raises(AssertionError):
        received().settle(Status.DONE)


def test_an_event_that_fails_again_and_again_is_told_to_the_operators_and_kept_open(
    received: Receive, handled: Handle
) -> None:
    def fail(row: InboxEvent) -> None:
        raise ZeroDivisionError

    handled("test.thing", fail)
    row = received(type="test.thing")
    for _ in range(8):
        work_off(row)
    assert (row.status, row.attempts) == ("failed", 8)
    assert OperatorAlert.objects.get().code == "inbox_stuck"
    handled("test.thing", lambda row: Status.DONE)
    assert work_off(row).status == "done"


def test_a_worker_that_was_killed_at_work_loses_nothing(received: Receive, handled: Handle) -> None:
    row = received(type="test.thing")

    def die(_row: InboxEvent) -> None:
        raise SystemExit  # as a worker that is killed: no code of ours runs afterwards

    handled("test.thing", die)
    with pytest.raises(SystemExit):
        work_off(row, "killed")
    handled("test.thing", lambda _row: Status.DONE)
    assert work_off(row, "another").status == "received"  # the dead worker's lease still stands
    assert work_off(row, "killed").status == "done"  # its own message, delivered again, takes over


def test_a_lease_that_ran_out_is_found_by_the_sweep(received: Receive, handled: Handle) -> None:
    row = received(type="test.thing")
    InboxEvent.objects.update(claimed_by="dead", claimed_until=clock.wall() + timedelta(seconds=60))
    assert work.due() == []
    InboxEvent.objects.update(claimed_until=clock.wall() - timedelta(seconds=1))
    assert work.due() == [row.pk]


def test_two_workers_at_once_do_it_once(received: Receive, handled: Handle, race: Race) -> None:
    done: list[int] = []
    handled("test.thing", lambda row: done.append(row.pk))
    row = received(type="test.thing")
    numbers = iter(range(100))
    race(5, lambda: work.work_off(event_pk=row.pk, worker=f"worker {next(numbers)}"))
    assert done == [row.pk]


def test_an_event_nobody_cares_for_is_ignored(received: Receive) -> None:
    assert work_off(received()).status == "ignored"
    assert OperatorAlert.objects.count() == 0


def test_an_event_of_the_wrong_mode_has_no_effect_and_an_alert(received: Receive, handled: Handle) -> None:
    handled("test.thing", lambda row: pytest.fail("it was handled"))
    row = work_off(received(type="test.thing", livemode=True))
    assert (row.status, row.note) == ("ignored", "wrong mode")
    assert OperatorAlert.objects.get().code == "wrong_mode"


def test_a_settled_event_is_not_worked_off_again(received: Receive) -> None:
    row = work_off(received())
    assert work_off(row).attempts == 1


def test_pauses_grow_to_an_hour() -> None:
    now = clock.wall()
    pauses = [(work.next_try(attempts, now) - now).total_seconds() for attempts in (1, 2, 3, 20, 10_000)]
    assert pauses == [5, 10, 20, 3600, 3600]


def test_two_handlers_for_one_type_are_a_mistake() -> None:
    with pytest.raises(AssertionError):
        hooks.on_event("checkout.session.completed")(lambda row: None)


def test_a_real_worker_does_it_by_the_nudge(celery_worker: Program, received: Receive) -> None:
    row = received()
    for _ in range(100):
        row.refresh_from_db()
        if row.status == "ignored":
            break
        clock_tick()
    assert row.status == "ignored"


def clock_tick() -> None:
    import time

    time.sleep(0.1)


def test_the_tasks_carry_ids_only() -> None:
    assert tasks.process_inbox.name == "provider.tasks.process_inbox"
