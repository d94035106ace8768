"""The gifts' work in the background. Tasks may run twice."""

from celery import shared_task

from gifts import budgets
from ground import clock


@shared_task(name="gifts.tasks.apply_budget_changes")
def apply_budget_changes() -> None:
    """Let the changes of budgets whose day has come take force."""
    budgets.apply_due_changes(now=clock.now())


@shared_task(name="gifts.tasks.tell_used_up_budgets")
def tell_used_up_budgets() -> None:
    """Write to those who have used a budget up."""
    budgets.tell_used_up(now=clock.now())
