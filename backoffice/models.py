"""What the back office keeps of its own."""

from django.conf import settings
from django.db import models


class BooksCheck(models.Model):
    """One run of `ledger_check`, and what it found."""

    ran_at = models.DateTimeField()  # wall time
    took_ms = models.IntegerField()
    ok = models.BooleanField()
    operations = models.BigIntegerField()
    transfers = models.BigIntegerField()
    accounts = models.BigIntegerField()
    findings = models.JSONField(default=list)  # sentences; empty when all is right
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )  # empty: the beat

    class Meta:
        ordering = ["-ran_at"]
        indexes = [models.Index(fields=["-ran_at"], name="backoffice_checks_newest")]

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d %H:%M} {'right' if self.ok else 'WRONG'}"
