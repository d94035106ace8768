"""The days of grace are over: everything about the person goes, here in one transaction, elsewhere step by step.

What has to be done outside of our tables is written down in that transaction (ClosingStep), because afterwards nobody
could say any more what it is about.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from djstripe.models import Customer

from accounts import hooks
from accounts.models import User
from accounts.personal import addresses_of
from accounts.services.leaving import become_shell, end_all_sessions, keep_handles
from care.mails import tell
from care.models import Closing, ClosingStep
from care.services.closing import hindrances_of
from care.traces import provider_ids_of
from ground import clock
from ledger.retry import in_transaction
from provider import redaction
from provider.alerts import raise_alert
from provider.nudge import nudge

logger = logging.getLogger(__name__)
State, Kind = Closing.State, ClosingStep.Kind
ASK_AGAIN = timedelta(days=1)  # business time, when something holds the erasing up
SWEPT_AT_ONCE = 50
TRIES_UNTIL_ALERT = 5


def sweep_closings(*, now: datetime) -> None:
    """Wake the erasing of everybody whose days of grace are over."""
    due = Closing.objects.filter(state=State.WAITING, due_at__lte=now).order_by("due_at")
    for closing_id in list(due.values_list("pk", flat=True)[:SWEPT_AT_ONCE]):
        nudge("care.tasks.erase", str(closing_id))


def erase(*, closing_id: uuid.UUID, now: datetime) -> None:
    """Erase a person whose days of grace are over at `now` (business time). May be called twice, or for nothing."""
    try:
        in_transaction(lambda: _erase(closing_id, now))
    except Exception as error:  # one that breaks must not stop the others, nor be tried without a pause
        logger.exception("closing %s: nothing was erased", closing_id)
        _postpone(closing_id, error, now)


def _erase(closing_id: uuid.UUID, now: datetime) -> None:
    user_id = Closing.objects.values_list("user_id", flat=True).get(pk=closing_id)
    person = User.objects.select_for_update().get(pk=user_id)
    closing = Closing.objects.select_for_update().get(pk=closing_id)
    if closing.state != State.WAITING or closing.erase_at > now:
        return
    if open_codes := [one.code for one in hindrances_of(person)]:
        _wait(closing, person, open_codes, now)
        return
    ids, words = provider_ids_of(person), [*addresses_of(person), f"@{person.handle}"]
    ClosingStep.objects.bulk_create(_steps(closing, person, ids), ignore_conflicts=True)
    end_all_sessions(person)
    keep_handles(user=person)
    redaction.redact(ids=ids, words=words)
    hooks.erase_person.call_all(person)
    Customer.objects.filter(subscriber=person).update(subscriber=None)
    become_shell(user=person)
    closing.state, closing.erased_at, closing.due_at = State.ERASING, now, None
    closing.hindrances, closing.error = [], ""
    closing.save()
    nudge("care.tasks.finish_closing", str(closing.pk))


def _steps(closing: Closing, person: User, ids: set[str]) -> Iterator[ClosingStep]:
    """What is left to do once the transaction is committed."""
    wall = clock.wall()

    def step(kind: ClosingStep.Kind, subject: str = "") -> ClosingStep:
        return ClosingStep(closing=closing, kind=kind, subject=subject, due_at=wall)

    yield step(Kind.SESSIONS)
    for files in hooks.stored_files.call_all(person):
        for file in files:
            yield step(Kind.FILE, f"{file.storage}:{file.name}")
    for one in sorted(ids):
        if one.startswith("cus_"):
            yield step(Kind.CUSTOMER, one)
            yield step(Kind.LATE_EVENTS, one)
        if one.startswith("acct_"):
            yield step(Kind.ACCOUNT, one)
    if ids:
        yield step(Kind.LATE_EVENTS)


def _wait(closing: Closing, person: User, codes: list[str], now: datetime) -> None:
    """Something came up meanwhile (a payout that came back, a dispute): ask again tomorrow, and tell them once."""
    closing.hindrances, closing.due_at = sorted(set(codes)), now + ASK_AGAIN
    if closing.told_at is None:
        closing.told_at = now
        tell(user=person, kind="closing_waits", facts={}, now=clock.wall())
    closing.save()


def _postpone(closing_id: uuid.UUID, error: Exception, now: datetime) -> None:
    with transaction.atomic(durable=True):
        closing = Closing.objects.select_for_update().get(pk=closing_id)
        if closing.state != State.WAITING:
            return
        closing.tries, closing.error = closing.tries + 1, type(error).__name__
        closing.due_at = now + timedelta(seconds=min(86_400, 60 * 2 ** min(closing.tries, 12)))
        closing.save()
        if closing.tries >= TRIES_UNTIL_ALERT:
            raise_alert(
                code="closing_failed",
                key=str(closing_id),
                message=f"Erasing an account failed {closing.tries} times ({closing.error}); see the worker's log.",
            )
