"""Where and at what price coins are sold."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from wallet.refund_policy import RefundPolicy
from wallet.units import MICRO


class Storefront(models.Model):
    """Where coins are sold: whom to, in which currency, with which tax in the price, and within which amounts."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    country = models.CharField(max_length=2)  # whose tax it is, ISO 3166-1 alpha-2
    sells_to = models.JSONField(blank=True, default=list)  # the countries it serves, as a list of ISO codes
    currency = models.CharField(max_length=3)  # ISO 4217, two decimals
    tax_name = models.CharField(max_length=20, blank=True)  # "VAT"
    tax_basis_points = models.PositiveIntegerField(default=0)  # included in every price
    base_price_micro = models.BigIntegerField()  # of one coin, in millionths of the currency's major unit
    min_minor = models.PositiveIntegerField()  # the least and the most one order may cost
    max_minor = models.PositiveIntegerField()
    settlement_rate_micro = models.BigIntegerField(
        default=MICRO
    )  # one unit in units of the settlement currency
    settlement_rate_source = models.CharField(max_length=100, blank=True)
    settlement_rate_on = models.DateField(null=True, blank=True)
    refund_policy = models.CharField(max_length=20, choices=RefundPolicy, default=RefundPolicy.FINAL)
    withdrawal_days = models.PositiveSmallIntegerField(
        default=0, help_text="For how many days buyers may give unspent coins back. 0: not at all."
    )
    refund_four_eyes_above_minor = models.PositiveIntegerField(
        default=10_000, help_text="Above this amount a second operator must agree to an operator's refund."
    )
    is_default = models.BooleanField(default=False)  # serves every country that no other storefront serves
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="wallet_storefront_one_default"
            ),
            models.CheckConstraint(
                condition=Q(min_minor__gt=0, max_minor__gte=F("min_minor")), name="wallet_storefront_amounts"
            ),
            models.CheckConstraint(
                condition=Q(base_price_micro__gt=0, settlement_rate_micro__gt=0),
                name="wallet_storefront_prices_positive",
            ),
            models.CheckConstraint(condition=Q(tax_basis_points__lte=10_000), name="wallet_storefront_tax"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="wallet_storefront_currency_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.currency})"


class PackageQuerySet(models.QuerySet["Package"]):
    def in_force(self, now: datetime) -> "PackageQuerySet":
        """Versions on sale at `now`."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)


class Package(models.Model):
    """A number of coins at a price, on sale for a time. A version never changes but for the day it ends (trigger)."""

    storefront = models.ForeignKey(Storefront, models.PROTECT, related_name="packages")
    code = models.SlugField(max_length=40)  # "coins-700": the same in every version and storefront
    coins = models.PositiveIntegerField()
    price_minor = models.PositiveIntegerField()  # in the storefront's currency, tax included
    is_preselected = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PackageQuerySet] = PackageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["storefront", "coins", "starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["storefront", "code", "starts_at"], name="wallet_package_version_once"
            ),
            models.UniqueConstraint(
                fields=["storefront", "code"],
                condition=Q(ends_at=None),
                name="wallet_package_one_open_version",
            ),
            models.CheckConstraint(
                condition=Q(coins__gt=0, price_minor__gt=0), name="wallet_package_positive"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="wallet_package_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} at {self.price_minor} in {self.storefront_id}"
