"""What currencies are worth in one another, day by day: for showing prices abroad."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ExchangeTable(models.Model):
    """One day's rates from one source. Rows are only ever added (trigger)."""

    on = models.DateField()  # the day whose rates these are
    base = models.CharField(max_length=3)  # every rate is for one unit of this currency
    source = models.CharField(max_length=100)  # as buyers read it: "European Central Bank"
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # null: fetched

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["on", "source"],
                condition=Q(recorded_by=None),
                name="wallet_exchangetable_fetched_once",
            ),
            models.CheckConstraint(condition=Q(base__regex=r"^[A-Z]{3}$"), name="wallet_exchangetable_base"),
        ]

    def __str__(self) -> str:
        return f"{self.source}, {self.on}"


class ExchangeRate(models.Model):
    """What one unit of the table's base currency is in another one. Rows are only ever added (trigger)."""

    table = models.ForeignKey(ExchangeTable, models.PROTECT, related_name="rates")
    currency = models.CharField(max_length=3)  # ISO 4217
    rate_micro = models.BigIntegerField()  # in millionths of a unit

    class Meta:
        ordering = ["currency"]
        constraints = [
            models.UniqueConstraint(fields=["table", "currency"], name="wallet_exchangerate_once"),
            models.CheckConstraint(condition=Q(rate_micro__gt=0), name="wallet_exchangerate_positive"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="wallet_exchangerate_currency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate_micro / 1_000_000:g}"
