"""“I did not do this”: each report, and the stop that the first one brings until support decides."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from care.models.cases import SupportCase


class Freeze(models.Model):
    """A person's money stopped: no spending, no cash-out, from the first report until an operator lifts it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="freezes")
    case = models.ForeignKey(SupportCase, models.PROTECT, related_name="freezes")
    since = models.DateTimeField()  # business time
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )  # of two pairs of eyes, the first
    proposed_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        permissions = [("lift_freeze", "Can let a person's money move again")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(lifted_at=None), name="care_freeze_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="care_freeze_lifted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None) | Q(proposed_by=None) | ~Q(lifted_by=models.F("proposed_by")),
                name="care_freeze_two_pairs_of_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} since {self.since:%Y-%m-%d %H:%M}"


class Report(models.Model):
    """One “I did not do this”, once per key."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports")
    freeze = models.ForeignKey(Freeze, models.PROTECT, related_name="reports")
    key = models.CharField(max_length=80)
    request_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()  # business time

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="care_report_key_once")]

    def __str__(self) -> str:
        return f"{self.person} at {self.at:%Y-%m-%d %H:%M}"
