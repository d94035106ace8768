"""Consent's work in the background. Tasks carry nothing and may run twice."""

from celery import shared_task

from accounts import guardian_mails
from accounts.services import ages, documents
from ground import clock

STEPS = 20


@shared_task(name=documents.TASK)
def announce_documents() -> None:
    """Tell more people of announced versions, in bounded steps; the next run goes on."""
    for _ in range(STEPS):
        if not documents.announce_some(now=clock.now()):
            break


@shared_task(name=guardian_mails.TASK)
def send_guardian_mails() -> None:
    """Send the mails owed to guardians."""
    guardian_mails.send_owed()


@shared_task(name="accounts.keep_ages")
def keep_ages() -> None:
    """Birthdays, and what a changed rule means for whom."""
    ages.keep_ages(now=clock.now())
