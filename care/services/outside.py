"""What an erasing leaves to be done outside of our tables: sessions, files, the payment provider, its late messages.

Each step is a row and is tried until it is done. None of them knows the person any more: they hold ids and names of
files only, and those go too once they are done.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import stripe
from django.contrib.sessions.models import Session
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F

from accounts.models import User
from care.models import Closing, ClosingStep
from care.traces import provider_ids_of
from ground import clock
from provider import calls, redaction
from provider.alerts import raise_alert
from provider.client import stripe_client
from provider.errors import ProviderError, ProviderRefused
from provider.nudge import nudge

logger = logging.getLogger(__name__)
Kind = ClosingStep.Kind

CLAIM = timedelta(seconds=150)  # longer than a task may run: a claim that ends belongs to a dead worker
# The provider's messages about the person may still come: about the erasing itself at once, others by repetition
# for days, or found in its list, which goes back a month.
LATE_LOOKS = (timedelta(minutes=10), timedelta(days=1), timedelta(days=4), timedelta(days=31))
TRIES_UNTIL_ALERT = 5
STEPS_AT_ONCE = 200
SESSIONS_AT_ONCE = 500
# What Django and allauth note a person's number under: signed in, signing in, confirming an address, a lost password.
OWNER_KEYS = frozenset(
    {"_auth_user_id", "account_user", "account_authentication_methods_user", "user_id", "user_pk"}
)
# The provider's words for what is not there any more.
GONE = frozenset({"resource_missing", "account_invalid"})


class NotYet(Exception):
    """The provider does not let it be done now; the step says why and is tried again."""


def sweep_steps(*, now: datetime) -> None:
    """Wake every closing that has a step due. `now` in wall time."""
    due = ClosingStep.objects.filter(due_at__lte=now).order_by("closing_id")
    for closing_id in due.values_list("closing_id", flat=True).distinct()[:STEPS_AT_ONCE]:
        nudge("care.tasks.finish_closing", str(closing_id))


def finish(*, closing_id: uuid.UUID) -> None:
    """Do every step of an erased account that is due. May run twice, and at once: each step is claimed."""
    for step_id in _due_steps(closing_id):
        step = _claim(step_id)
        if step is None:
            continue
        try:
            DOING[Kind(step.kind)](step)
        except Exception as error:
            if not isinstance(error, NotYet):
                logger.exception("closing %s: step %s failed", closing_id, step.kind)
            _postpone(step, error)
        else:
            _done(step)
    _close_the_book(closing_id)


def _due_steps(closing_id: uuid.UUID) -> list[int]:
    due = ClosingStep.objects.filter(closing_id=closing_id, due_at__lte=clock.wall()).order_by("pk")
    return list(due.values_list("pk", flat=True)[:STEPS_AT_ONCE])


def _claim(step_id: int) -> ClosingStep | None:
    """Take the step by moving it to the end of the claim."""
    now = clock.wall()
    with transaction.atomic(durable=True):
        rows = ClosingStep.objects.select_for_update(skip_locked=True, of=("self",)).select_related("closing")
        step = rows.filter(pk=step_id, due_at__lte=now).first()
        if step is not None:
            step.due_at, step.tries = now + CLAIM, step.tries + 1
            step.save(update_fields=["due_at", "tries"])
    return step


def _done(step: ClosingStep) -> None:
    now = clock.wall()
    rows = ClosingStep.objects.filter(pk=step.pk)
    if step.kind == Kind.LATE_EVENTS and step.looks < len(LATE_LOOKS):
        since = (step.closing.erased_at or now) - timedelta(
            seconds=clock.offset_s()
        )  # business time, told in wall time
        rows.update(looks=F("looks") + 1, due_at=max(since + LATE_LOOKS[step.looks], now), tries=0, error="")
        return
    # A row of each step stays; of what it was about, nothing. Its number keeps it apart from the others.
    rows.update(due_at=None, done_at=now, subject=f"#{step.pk}", error="")


def _postpone(step: ClosingStep, error: Exception) -> None:
    pause = timedelta(seconds=min(86_400, 30 * 2 ** min(step.tries, 12)))
    words = str(error) if isinstance(error, NotYet) else type(error).__name__
    ClosingStep.objects.filter(pk=step.pk).update(due_at=clock.wall() + pause, error=words[:200])
    if step.tries >= TRIES_UNTIL_ALERT:
        raise_alert(
            code="closing_step_failed",
            key=f"{step.closing_id}:{step.pk}",
            message=f"Erasing: “{step.get_kind_display()}” is not done after {step.tries} tries ({words[:200]}).",
        )


def _close_the_book(closing_id: uuid.UUID) -> None:
    """Nothing is left to be done but to listen for late messages."""
    left = ClosingStep.objects.filter(closing_id=closing_id, done_at=None).exclude(kind=Kind.LATE_EVENTS)
    if not left.exists():
        closing = Closing.objects.filter(pk=closing_id, state=Closing.State.ERASING)
        closing.update(state=Closing.State.ERASED, done_at=clock.now())


def _forget_sessions(step: ClosingStep) -> None:
    """Delete every session that is the person's, found by reading them all: an unfinished sign-in is in no list."""
    person = str(step.closing.user_id)
    for session in Session.objects.iterator(chunk_size=SESSIONS_AT_ONCE):
        if _names(session.get_decoded(), person):
            session.delete()


def _names(facts: object, person: str) -> bool:
    """Whether something in a session says whose it is, however deep."""
    if isinstance(facts, dict):
        own = any(name in OWNER_KEYS and str(value) == person for name, value in facts.items())
        return own or any(_names(value, person) for value in facts.values())
    return isinstance(facts, list) and any(_names(item, person) for item in facts)


def _delete_file(step: ClosingStep) -> None:
    storage, _, name = step.subject.partition(":")
    storages[storage].delete(name)


def _delete_customer(step: ClosingStep) -> None:
    _gone_or_delete(partial(stripe_client().v1.customers.delete, step.subject))
    _redact(step)


def _delete_account(step: ClosingStep) -> None:
    _gone_or_delete(partial(stripe_client().v1.accounts.delete, step.subject))
    _redact(step)


def _gone_or_delete(delete: Callable[[], stripe.StripeObject]) -> None:
    """Ask the provider to delete something; that it is not there any more is just as well."""
    try:
        calls.read(delete)  # a DELETE needs no key: the second finds nothing
    except ProviderError as error:
        code = getattr(error.__cause__, "code", None)
        if code in GONE:
            return
        if isinstance(error, ProviderRefused):
            raise NotYet(f"The provider refuses: {code}") from error
        raise


def _redact(step: ClosingStep) -> None:
    """Empty what the provider told since, by the ids that stay with the payments."""
    person = User.objects.get(pk=step.closing.user_id)
    ids = provider_ids_of(person) | {step.subject} - {""}
    with transaction.atomic(durable=True):
        redaction.redact(ids=ids, words=[])


DOING: dict[ClosingStep.Kind, Callable[[ClosingStep], None]] = {
    Kind.SESSIONS: _forget_sessions,
    Kind.FILE: _delete_file,
    Kind.CUSTOMER: _delete_customer,
    Kind.ACCOUNT: _delete_account,
    Kind.LATE_EVENTS: _redact,
}
