"""What accounts does in the background. Tasks carry ids only and may run twice."""

from celery import shared_task
from django.utils import timezone

from accounts.sms import delivery


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
