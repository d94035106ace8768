"""The worker's side of payouts. Tasks carry ids only and may run twice; the rows decide."""

import uuid

from celery import shared_task

from ground import clock
from payouts.services import maturity, notices, work


@shared_task(name="payouts.tasks.work_on")
def work_on(payout_id: str) -> None:
    """Do what is due for one payout."""
    work.work_on_payout(payout_id=uuid.UUID(payout_id))


@shared_task(name="payouts.tasks.sweep_payouts")
def sweep_payouts() -> None:
    """Beat: find payouts with work that no nudge brought to a worker, and emails still owed."""
    work.sweep_payouts(now=clock.now())
    notices.send_owed_notices(now=clock.now())


@shared_task(name="payouts.tasks.mature")
def mature() -> None:
    """Beat: make due diamonds available, by the business clock."""
    maturity.mature_diamonds(now=clock.now())


@shared_task(name="payouts.tasks.send_notices")
def send_notices() -> None:
    """Send the emails that are owed."""
    notices.send_owed_notices(now=clock.now())
