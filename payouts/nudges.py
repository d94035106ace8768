"""Telling the worker, after the commit, that a row has work. A lost nudge loses nothing: the sweep reads the rows."""

import logging
import uuid

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def nudge(payout_id: uuid.UUID) -> None:
    """Have a worker look at the payout once the present transaction is committed."""
    _send("payouts.tasks.work_on", str(payout_id))


def nudge_notices() -> None:
    """Have a worker send the emails owed once the present transaction is committed."""
    _send("payouts.tasks.send_notices")


def _send(task: str, *arguments: str) -> None:
    transaction.on_commit(lambda: _deliver(task, arguments), robust=True)


def _deliver(task: str, arguments: tuple[str, ...]) -> None:
    try:
        current_app.send_task(task, args=arguments)
    except Exception:  # the broker may be down in any of its ways; the row is committed and the sweep finds it
        logger.warning("nudge %s%s was lost; the sweep will find it", task, arguments)
