"""Waking a task once the transaction is committed. A message is a nudge: what it finds is in the row, and if it gets
lost, a sweep finds the same."""

from celery import current_app
from django.db import transaction


def nudge(task: str, *arguments: str | int) -> None:
    """This will send the task after the commit; a broker that is down is logged and changes nothing."""
    transaction.on_commit(lambda: current_app.signature(task, args=arguments).delay(), robust=True)
