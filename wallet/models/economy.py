"""What a coin and a diamond are worth, and how many diamonds a coin brings."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Economy(models.Model):
    """What a coin and a diamond are worth here: one row per installation.

    A coin's base value and the settlement currency never change; a diamond's value may only rise (trigger).
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    settlement_currency = models.CharField(max_length=3, default="USD")  # ISO 4217, two decimals
    coin_value_micro = models.BigIntegerField(
        default=12_900
    )  # millionths of the settlement currency's major unit
    diamond_value_micro = models.BigIntegerField(default=6_450)  # of one whole diamond

    class Meta:
        verbose_name_plural = "economy"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="wallet_economy_one_row"),
            models.CheckConstraint(
                condition=Q(coin_value_micro__gt=0, diamond_value_micro__gt=0),
                name="wallet_economy_values_positive",
            ),
            models.CheckConstraint(
                condition=Q(settlement_currency__regex=r"^[A-Z]{3}$"), name="wallet_economy_currency_form"
            ),
        ]

    def __str__(self) -> str:
        return f"coin {self.coin_value_micro} µ{self.settlement_currency}, diamond {self.diamond_value_micro}"


class RateVersion(models.Model):
    """How many diamond units (hundredths) one coin brings its creator, from `starts_at` on. Rows never change."""

    diamond_units_per_coin = models.PositiveIntegerField(
        default=100
    )  # 100: one coin is one diamond, half its value
    starts_at = models.DateTimeField(unique=True)
    reason = models.CharField(max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(diamond_units_per_coin__gt=0), name="wallet_rateversion_units_positive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.diamond_units_per_coin} units per coin from {self.starts_at:%Y-%m-%d}"
