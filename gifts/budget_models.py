"""What fans asked of their budgets, and which of them were told that they are used up."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ledger.models import Limit

# What a budget is about. The first three are all that is spent in a period.
SCOPES = [*Limit.Period.choices, ("gift", "One gift"), ("creator", "One creator")]


class BudgetChangeQuerySet(models.QuerySet["BudgetChange"]):
    def pending(self) -> "BudgetChangeQuerySet":
        """Changes that have not taken force, and were not taken back."""
        return self.filter(state=BudgetChange.State.PENDING)

    def due(self, now: datetime) -> "BudgetChangeQuerySet":
        """Those of them whose time has come."""
        return self.pending().filter(takes_force_at__lte=now)


class BudgetChange(models.Model):
    """One change of a budget that a fan asked for: lower at once, higher or none a day later."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting for its day"
        IN_FORCE = "in_force", "Took force"
        TAKEN_BACK = "taken_back", "Taken back"
        REPLACED = "replaced", "Another change came after it"

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="budget_changes")
    scope = models.CharField(max_length=7, choices=SCOPES)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    period = models.CharField(max_length=5, choices=Limit.Period, blank=True)  # of a creator's budget
    coins_before = models.BigIntegerField(null=True)  # null: there was none
    coins = models.BigIntegerField(null=True)  # null: it is taken away
    asked_at = models.DateTimeField()  # business time
    takes_force_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    settled_at = models.DateTimeField(null=True)  # when it took force or was given up

    objects: ClassVar[BudgetChangeQuerySet] = BudgetChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fan", "scope", "creator", "period"],
                condition=Q(state="pending"),
                name="gifts_budgetchange_one_pending",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(scope="creator", creator__isnull=False, period__in=["day", "week", "month"])
                | (~Q(scope="creator") & Q(creator=None, period="")),
                name="gifts_budgetchange_whole",
            ),
            models.CheckConstraint(
                condition=Q(takes_force_at__gte=F("asked_at")), name="gifts_budgetchange_not_before_asked"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="pending", settled_at=None) | (~Q(state="pending") & Q(settled_at__isnull=False))
                ),
                name="gifts_budgetchange_settled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["takes_force_at"], condition=Q(state="pending"), name="gifts_budgetchange_due"
            ),
            models.Index(fields=["fan", "-id"], name="gifts_budgetchange_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} of {self.fan_id}: {self.coins_before} → {self.coins}"


class BudgetTold(models.Model):
    """A fan was told that a budget is used up: once per period."""

    fan = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    scope = models.CharField(max_length=7, choices=SCOPES)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    period = models.CharField(max_length=5, choices=Limit.Period)
    ends_at = models.DateTimeField()  # of the period

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fan", "scope", "creator", "period", "ends_at"],
                name="gifts_budgettold_once_a_period",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} of {self.fan_id} until {self.ends_at:%Y-%m-%d}"
