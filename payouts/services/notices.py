"""The emails of a cash-out: owed in the transaction of the step, sent after it, tried again until they are out."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from payouts.mail import SUBJECTS, message
from payouts.models import PayoutNotice
from provider.alerts import raise_alert

logger = logging.getLogger(__name__)
SENT_AT_ONCE_MAX = 200
TRIES_MAX = 12


def send_owed_notices(*, now: datetime) -> int:
    """Send what is owed, oldest first; returns how many went out. Two workers at once send each once."""
    sent = 0
    for _ in range(SENT_AT_ONCE_MAX):
        notice = _claim_next(now)
        if notice is None:
            break
        sent += _send(notice, now)
    return sent


def _claim_next(now: datetime) -> PayoutNotice | None:
    """Take the oldest notice that is due by moving it to its next try; empty when none is left.

    A crash between the mail server's yes and our mark sends an email twice; the other order could lose one.
    """
    with transaction.atomic(durable=True):
        rows = PayoutNotice.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        notice = rows.filter(sent_at=None, due_at__lte=now).order_by("due_at", "id").first()
        if notice is None:
            return None
        notice.tries += 1
        notice.due_at = now + timedelta(seconds=60 * 2 ** min(notice.tries, 8))
        notice.save()
    return PayoutNotice.objects.select_related("event__payout__creator", "event__payout__account").get(
        pk=notice.pk
    )


def _send(notice: PayoutNotice, now: datetime) -> bool:
    try:
        message(notice).send()
    except Exception:  # whatever the mail server does, the notice stays owed
        logger.exception("email %s of payout %s did not go out", notice.kind, notice.event.payout_id)
        if notice.tries == TRIES_MAX:
            words = f"The email “{SUBJECTS[notice.kind]}” could not be sent {TRIES_MAX} times."
            raise_alert(code="payout_email_stuck", key=str(notice.event.payout_id), message=words)
        return False
    PayoutNotice.objects.filter(pk=notice.pk).update(sent_at=now)
    return True
