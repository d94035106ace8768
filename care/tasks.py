"""Care's work in the background. Tasks carry ids only and may run twice; the rows decide."""

import uuid

from celery import shared_task

from care.services import dispute_sweep, erasing, exports, outside
from ground import clock

LONG_S = 3_600  # a person with millions of rows; the lease is renewed all the while


@shared_task(name="care.tasks.build_export", soft_time_limit=LONG_S, time_limit=LONG_S + 60)
def build_export(export_id: str) -> None:
    """Build one copy of a person's data."""
    exports.build_export(export_id=uuid.UUID(export_id))


@shared_task(name="care.tasks.sweep_exports")
def sweep_exports() -> None:
    """Beat: find exports that no worker has, and delete old ones."""
    exports.sweep_exports(now=clock.wall())


@shared_task(name="care.tasks.sweep_closings")
def sweep_closings() -> None:
    """Beat: erase whose days of grace are over, and go on with what is left to do outside."""
    erasing.sweep_closings(now=clock.now())
    outside.sweep_steps(now=clock.wall())


@shared_task(name="care.tasks.erase", soft_time_limit=LONG_S, time_limit=LONG_S + 60)
def erase(closing_id: str) -> None:
    """Erase one person."""
    erasing.erase(closing_id=uuid.UUID(closing_id), now=clock.now())


@shared_task(name="care.tasks.finish_closing", soft_time_limit=LONG_S, time_limit=LONG_S + 60)
def finish_closing(closing_id: str) -> None:
    """Do what an erasing left to be done outside of our tables."""
    outside.finish(closing_id=uuid.UUID(closing_id))


@shared_task(name="care.tasks.sweep_disputes")
def sweep_disputes() -> None:
    """Beat: ask about every dispute whose turn it is, and adopt those that no webhook told of."""
    now = clock.now()
    for provider_id in dispute_sweep.due_disputes(now=now):
        check_dispute.delay(provider_id)
    dispute_sweep.adopt_unknown(now=now)


@shared_task(name="care.tasks.check_dispute")
def check_dispute(provider_id: str) -> None:
    """Bring one dispute up to date."""
    dispute_sweep.check_dispute(provider_id=provider_id, now=clock.now())
