"""Whom the wallet knows as a paying customer."""

from django.conf import settings
from django.db import models


class Payer(models.Model):
    """How long what a fan gives stays pending at the creator, by how long they have been a paying customer."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payer")
    first_credited_at = models.DateTimeField()
    hold_days = models.PositiveSmallIntegerField()
    risky_since = models.DateTimeField(
        null=True
    )  # an early fraud warning or a dispute speaks against them; null: nothing does

    class Meta:
        indexes = [models.Index(fields=["hold_days", "first_credited_at"], name="wallet_payer_hold")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.hold_days} days"
