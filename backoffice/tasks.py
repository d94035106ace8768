"""What the back office does by itself."""

from celery import shared_task

from backoffice import pulse, services


@shared_task(name="backoffice.tasks.check_books")
def check_books() -> bool:
    """Beat: recompute the books and keep the answer for the home page."""
    return services.check_books(asked_by=None).ok


@shared_task(name="backoffice.tasks.give_sign", expires=60)
def give_sign() -> None:
    """Beat: show /healthz that beat asks and a worker answers."""
    pulse.record()
