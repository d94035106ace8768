"""The worker's side of accounts. Tasks may run twice; the rows decide."""

from celery import shared_task
from django.utils import timezone

from accounts.services import activity, avatars, mail
from accounts.sms import delivery
from ground import clock


@shared_task(name="accounts.tasks.send_mails")
def send_mails() -> None:
    """Send the mails that are owed; beat calls it too, for those whose nudge got lost."""
    mail.send_owed_mails(now=clock.now())


@shared_task(name="accounts.tasks.forget_mails")
def forget_mails() -> None:
    """Beat: delete the rows of mails that went out long ago."""
    mail.forget_sent_mails(now=clock.now())


@shared_task(name="accounts.tasks.forget_events")
def forget_events() -> None:
    """Beat: delete what happened to accounts longer ago than it is kept."""
    activity.forget_old_events(now=clock.wall())


@shared_task(name="accounts.tasks.send_text")
def send_text(text_id: int) -> None:
    """Send one owed text."""
    delivery.send_text(text_id=text_id, now=timezone.now())


@shared_task(name="accounts.tasks.sweep_texts")
def sweep_texts() -> None:
    """Wake a try for every owed text whose turn it is, and forget old ones."""
    now = timezone.now()
    for text_id in delivery.due_texts(now=now):
        send_text.delay(text_id)
    delivery.forget_old_texts(now=now)


@shared_task(name="accounts.tasks.clear_avatars")
def clear_avatars() -> None:
    """Beat: delete the files of pictures that nobody shows."""
    avatars.clear_strays(now=clock.wall())
