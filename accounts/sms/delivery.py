"""A text is owed from the moment its cause is committed, until it is out or of no use any more."""

import logging
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction

from accounts import crypto
from accounts.models import TextMessage, User
from accounts.sms.gateway import GatewayBusy, GatewayRefused, GatewaySilent, TextNotSent, gateway_in_use
from accounts.sms.words import WORDS

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)  # longer than one call to the gateway can take
MOST_TRIES = 4
SILENCE_S = (5, 30, 120)  # the wait after the first, second, third unanswered try
KEPT = timedelta(days=7)  # what was sent to whom, for support; then the row goes


def owe_text(
    *, number: str, kind: str, now: datetime, user: User | None = None, good_for_s: int = 3600, **facts: str
) -> TextMessage:
    """Owe `number` the text `kind` (a key of words.WORDS), filled with `facts`. Joins the caller's transaction.

    `now` in wall time. A worker is woken after the commit; if that is lost, the sweep finds the row.
    """
    text = WORDS[kind].format_map(facts | {"site": settings.SITE_URL.partition("://")[2]})
    owed = TextMessage.objects.create(
        user=user,
        number=number,
        kind=kind,
        sealed_text=crypto.encrypt(text),
        due_at=now,
        good_until=now + timedelta(seconds=good_for_s),
    )
    wake = current_app.signature("accounts.tasks.send_text", args=[owed.pk])
    transaction.on_commit(wake.delay, robust=True)
    return owed


def send_text(*, text_id: int, now: datetime) -> None:
    """Try once to send an owed text whose turn it is. Opens transactions; none is open during the call."""
    owed = _lease(text_id, now)
    if owed is None:
        return
    try:
        reference = gateway_in_use().send(number=str(owed.number), text=crypto.decrypt(owed.sealed_text))
    except GatewayBusy as busy:
        _later(owed, busy.reason, now + timedelta(seconds=busy.retry_after_s))
    except GatewaySilent as silence:
        _later(owed, silence.reason, now + timedelta(seconds=SILENCE_S[min(owed.tries, len(SILENCE_S)) - 1]))
    except TextNotSent as refusal:
        level = logging.ERROR if isinstance(refusal, GatewayRefused) else logging.INFO
        log.log(level, "Text %s was refused: %s", owed.pk, refusal.reason)
        _close(owed, TextMessage.State.FAILED, reason=refusal.reason)
    else:
        _close(owed, TextMessage.State.SENT, reference=reference, sent_at=now)


def due_texts(*, now: datetime, at_most: int = 200) -> list[int]:
    """The owed texts whose turn it is, oldest first."""
    return list(TextMessage.objects.due(now).order_by("due_at").values_list("pk", flat=True)[:at_most])


def forget_old_texts(*, now: datetime) -> int:
    """Delete what was done with more than KEPT ago. Returns how many."""
    done = TextMessage.objects.exclude(state=TextMessage.State.OWED).filter(created_at__lt=now - KEPT)
    return done.delete()[0]


def _lease(text_id: int, now: datetime) -> TextMessage | None:
    """Take the text for LEASE, so that two workers do not send it twice; None if it is not due or too late."""
    with transaction.atomic():
        owed = (
            TextMessage.objects.due(now)
            .select_for_update(skip_locked=True, of=("self",))
            .filter(pk=text_id)
            .first()
        )
        if owed is None:
            return None
        if now >= owed.good_until:
            _close(owed, TextMessage.State.EXPIRED, reason=owed.reason or "too_late")
            return None
        owed.tries += 1
        owed.due_at = now + LEASE
        owed.save(update_fields=["tries", "due_at"])
    return owed


def _later(owed: TextMessage, reason: str, due_at: datetime) -> None:
    log.warning("Text %s waits: %s", owed.pk, reason)
    if owed.tries >= MOST_TRIES:
        _close(owed, TextMessage.State.FAILED, reason=reason)
        return
    owed.reason, owed.due_at = reason, due_at
    owed.save(update_fields=["reason", "due_at"])


def _close(owed: TextMessage, state: TextMessage.State, **facts: str | datetime) -> None:
    """Nothing is owed any more: the words go, what happened stays."""
    owed.state, owed.sealed_text = state, ""
    for field, value in facts.items():
        setattr(owed, field, value)
    owed.save(update_fields=["state", "sealed_text", *facts])
