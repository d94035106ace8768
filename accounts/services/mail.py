"""Mails are owed in the transaction of what they tell, sent after it, and tried again until they are out."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse

from accounts import hooks, letters, mails, unsubscribing
from accounts.models import OwedMail, User, WantedTopic

Fact = str | int | bool | None

logger = logging.getLogger(__name__)
SENT_AT_ONCE_MAX = 200
TRIES_MAX = 12  # after about a day an operator hears of it; the tries go on
SENT_KEPT = timedelta(days=90)
ROWS_AT_ONCE = 1000


def owe_mail(*, user: User, kind: str, facts: Mapping[str, Fact], now: datetime, to: str = "") -> None:
    """Owe `user` the mail `kind` of accounts.mails, unless it belongs to a topic they did not ask for.

    Joins the caller's transaction: no commit, no mail. `to`: an address other than the person's own (their former
    one). `facts` fill the words; they are kept until the mail is out, and erased with the person.
    """
    _owe([user.pk], kind=kind, facts=facts, now=now, to=to)


def owe_mails(*, users: Iterable[User], kind: str, facts: Mapping[str, Fact], now: datetime) -> None:
    """Owe each of `users` the same mail, in few statements. As `owe_mail`."""
    _owe([user.pk for user in users], kind=kind, facts=facts, now=now, to="")


def send_owed_mails(*, now: datetime) -> int:
    """Send what is owed, oldest first; returns how many went out. Two workers at once send each once."""
    sent = 0
    for _ in range(SENT_AT_ONCE_MAX):
        owed = _claim_next(now)
        if owed is None:
            break
        sent += _send(owed, now)
    return sent


def forget_sent_mails(*, now: datetime) -> None:
    """Delete the rows of mails that went out long ago."""
    old = OwedMail.objects.filter(sent_at__lt=now - SENT_KEPT).order_by("sent_at")[:ROWS_AT_ONCE]
    OwedMail.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()


def _owe(user_ids: list[int], *, kind: str, facts: Mapping[str, Fact], now: datetime, to: str) -> None:
    mails.compose(kind, facts)  # a fact that is missing is the caller's mistake, and shows here
    topic = mails.MAILS[kind].topic
    if topic:
        wanted = WantedTopic.objects.filter(topic=topic, user_id__in=user_ids)
        user_ids = list(wanted.values_list("user_id", flat=True))
    if not to:  # who joined by phone may have no address yet
        reachable = User.objects.filter(pk__in=user_ids, email__isnull=False)
        user_ids = list(reachable.values_list("pk", flat=True))
    if not user_ids:
        return
    rows = [
        OwedMail(user_id=user_id, kind=kind, to=to, facts=dict(facts), owed_at=now, due_at=now)
        for user_id in user_ids
    ]
    OwedMail.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    transaction.on_commit(current_app.signature("accounts.tasks.send_mails").delay, robust=True)


def _claim_next(now: datetime) -> OwedMail | None:
    """Take the oldest mail that is due by moving it to its next try; empty when none is left.

    A crash between the mail server's yes and our mark sends a mail twice; the other order could lose one.
    """
    with transaction.atomic(durable=True):
        rows = OwedMail.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        owed = (
            rows.select_related("user").filter(sent_at=None, due_at__lte=now).order_by("due_at", "pk").first()
        )
        if owed is None:
            return None
        owed.tries += 1
        owed.due_at = now + timedelta(seconds=60 * 2 ** min(owed.tries, 8))
        owed.save(update_fields=["tries", "due_at"])
    return owed


def _send(owed: OwedMail, now: datetime) -> bool:
    mail = mails.MAILS.get(owed.kind)
    try:
        if mail is None or _is_pointless(owed, mail, now):
            owed.delete()
            return False
        _message(owed, mail).send()
    except Exception:  # whatever the mail server does, the mail stays owed
        logger.exception("mail %s (%s) did not go out", owed.pk, owed.kind)
        if owed.tries == TRIES_MAX:
            hooks.mail_stuck.call_all(owed.pk, f"The mail “{owed.kind}” could not be sent {TRIES_MAX} times.")
        return False
    OwedMail.objects.filter(pk=owed.pk).update(sent_at=now, facts={}, to="")
    return True


def _is_pointless(owed: OwedMail, mail: mails.Mail, now: datetime) -> bool:
    """Nobody to send it to, too late, or of a topic that was turned off meanwhile."""
    if not (owed.to or owed.user.email):
        return True
    if mail.good_for is not None and owed.owed_at + mail.good_for < now:
        return True
    topic = WantedTopic.objects.filter(user_id=owed.user_id, topic=mail.topic)
    return bool(mail.topic) and not topic.exists()


def _message(owed: OwedMail, mail: mails.Mail) -> EmailMultiAlternatives:
    address = owed.to or owed.user.email
    assert address, owed.pk  # who has none is owed nothing
    token = unsubscribing.token_of(owed.user, mail.topic) if mail.topic else ""
    return letters.message(
        mails.compose(owed.kind, owed.facts, owed.user),
        to=[address],
        person=owed.user,
        unsubscribe_url=settings.SITE_URL + reverse("accounts:unsubscribe", args=[token]) if token else "",
    )
