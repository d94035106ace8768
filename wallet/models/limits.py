"""What stops people from spending: pauses they ask for, and the operator's caps on money recharged."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

HELP_WORDS = (
    "If giving stops being fun, talk to somebody you trust, or to a counsellor: most countries have a free and "
    "confidential helpline for people who worry about what they spend."
)


class SpendingPauseQuerySet(models.QuerySet["SpendingPause"]):
    def running(self, now: datetime) -> "SpendingPauseQuerySet":
        """Pauses that hold at `now`."""
        return self.filter(Q(lifts_at=None) | Q(lifts_at__gt=now))


class SpendingPause(models.Model):
    """A time in which a person neither buys nor gives, because they asked for it. It is never shortened."""

    class Kind(models.TextChoices):
        COOL_OFF = "cool_off", "Cool-off"
        SELF_EXCLUSION = "self_exclusion", "Self-exclusion"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="spending_pauses")
    kind = models.CharField(max_length=14, choices=Kind)
    started_at = models.DateTimeField()  # business time, as all of them
    term_ends_at = models.DateTimeField()  # before this nobody can end it
    end_wished_at = models.DateTimeField(
        null=True
    )  # a self-exclusion goes on until the person says otherwise
    lifts_at = models.DateTimeField(null=True)  # when spending is possible again; null: nobody knows yet

    objects: ClassVar[SpendingPauseQuerySet] = SpendingPauseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["cool_off", "self_exclusion"]), name="wallet_spendingpause_kind"
            ),
            models.CheckConstraint(
                condition=Q(term_ends_at__gt=F("started_at"))
                & (Q(lifts_at=None) | Q(lifts_at__gte=F("term_ends_at"))),
                name="wallet_spendingpause_never_early",
            ),
            models.CheckConstraint(
                condition=Q(kind="cool_off", lifts_at__isnull=False, end_wished_at=None)
                | Q(kind="self_exclusion", lifts_at=None, end_wished_at=None)
                | Q(kind="self_exclusion", lifts_at__isnull=False, end_wished_at__gte=F("term_ends_at")),
                name="wallet_spendingpause_ends_by_a_wish",
            ),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="wallet_spendingpause_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.user_id} since {self.started_at:%Y-%m-%d}"


class RechargeCap(models.Model):
    """How much money one person may recharge. A version; the latest that has started is in force.

    Amounts in minor units of the settlement currency, tax included. The caps of the young count until an account is
    `young_days` old. Rows never change (trigger).
    """

    starts_at = models.DateTimeField(unique=True)
    day_minor = models.BigIntegerField()  # in any 24 hours
    week_minor = models.BigIntegerField()  # in any 7 days
    young_days = models.PositiveSmallIntegerField(default=7)
    young_day_minor = models.BigIntegerField()
    young_week_minor = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    day_minor__gt=0,
                    young_day_minor__gt=0,
                    week_minor__gte=F("day_minor"),
                    young_week_minor__gte=F("young_day_minor"),
                    young_day_minor__lte=F("day_minor"),
                    young_week_minor__lte=F("week_minor"),
                ),
                name="wallet_rechargecap_sensible",
            )
        ]

    def __str__(self) -> str:
        return f"caps from {self.starts_at:%Y-%m-%d}"


class SpendingHelp(models.Model):
    """Where people find help when spending worries them: the operator's words, one row per installation."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    words = models.TextField(max_length=2000, default=HELP_WORDS)
    link = models.URLField(blank=True)

    class Meta:
        verbose_name_plural = "spending help"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="wallet_spendinghelp_one_row")]

    def __str__(self) -> str:
        return "Help for people who worry about what they spend"
