"""Where and at what price coins are sold."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wallet.refund_policy import RefundPolicy
from wallet.units import MICRO


class TaxMode(models.TextChoices):
    """Whether a listed price has its tax in it, or the tax comes on top."""

    INCLUSIVE = "inclusive", "Prices include the tax"
    EXCLUSIVE = "exclusive", "The tax is added at checkout"


class Storefront(models.Model):
    """Where coins are sold: whom to, in which currency, with which tax, from which age, within which amounts."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    country = models.CharField(max_length=2)  # whose tax it is, ISO 3166-1 alpha-2
    sells_to = models.JSONField(blank=True, default=list)  # the countries it serves, as a list of ISO codes
    currency = models.CharField(max_length=3)  # ISO 4217, two decimals
    tax_name = models.CharField(max_length=20, blank=True)  # "VAT"
    tax_mode = models.CharField(max_length=10, choices=TaxMode, default=TaxMode.INCLUSIVE)
    tax_basis_points = models.PositiveIntegerField(default=0)  # our own rate
    is_tax_automatic = models.BooleanField(
        default=False
    )  # the provider works the tax out by the buyer's address; our own rate is not used
    tax_code = models.CharField(
        max_length=20, blank=True, default="txcd_10000000"
    )  # the provider's class of what is sold: electronically supplied services
    min_minor = models.PositiveIntegerField()  # the least and the most one order may cost, as listed
    max_minor = models.PositiveIntegerField()
    minimum_age = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # on top of the rule of the buyer's country: the stricter holds
    settlement_rate_micro = models.BigIntegerField(
        default=MICRO
    )  # one unit in units of the settlement currency
    settlement_rate_source = models.CharField(max_length=100, blank=True)
    settlement_rate_on = models.DateField(null=True, blank=True)
    seller_name = models.CharField(max_length=120, blank=True)  # who sells, as receipts say it
    seller_address = models.TextField(blank=True, max_length=300)
    seller_tax_id = models.CharField(max_length=40, blank=True)
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
                condition=Q(settlement_rate_micro__gt=0), name="wallet_storefront_rate_positive"
            ),
            models.CheckConstraint(condition=Q(tax_basis_points__lte=10_000), name="wallet_storefront_tax"),
            models.CheckConstraint(
                condition=Q(tax_mode__in=TaxMode.values), name="wallet_storefront_tax_mode"
            ),
            models.CheckConstraint(
                condition=Q(minimum_age=None) | Q(minimum_age__gte=13, minimum_age__lte=30),
                name="wallet_storefront_minimum_age",
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="wallet_storefront_currency_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.currency})"


class PriceBookQuerySet(models.QuerySet["PriceBook"]):
    def announced(self) -> "PriceBookQuerySet":
        """Versions that count, or will: nobody took them back before their day."""
        return self.filter(withdrawn_at=None)


class PriceBook(models.Model):
    """Everything a storefront sells coins for, from `starts_at` until the next version starts.

    A version never changes; one that has not begun can be withdrawn (trigger).
    """

    storefront = models.ForeignKey(Storefront, models.PROTECT, related_name="price_books")
    number = models.PositiveIntegerField()  # 1, 2, 3 … of its storefront
    starts_at = models.DateTimeField()
    base_price_micro = models.BigIntegerField()  # of one coin, in millionths of the currency's major unit
    reason = models.CharField(max_length=300, blank=True)  # why there is a new version; for operators
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects: ClassVar[PriceBookQuerySet] = PriceBookQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["storefront", "-starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["storefront", "number"], name="wallet_pricebook_number_once"),
            models.UniqueConstraint(
                fields=["storefront", "starts_at"],
                condition=Q(withdrawn_at=None),
                name="wallet_pricebook_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(base_price_micro__gt=0, number__gt=0), name="wallet_pricebook_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.storefront}, version {self.number} from {self.starts_at:%Y-%m-%d}"

    def has_begun(self, now: datetime) -> bool:
        """Whether its day has come."""
        return self.starts_at <= now


class Package(models.Model):
    """A number of coins at a price, as one version of a price book has it. Never changes (trigger)."""

    book = models.ForeignKey(PriceBook, models.PROTECT, related_name="packages")
    code = models.SlugField(max_length=40)  # "coins-700": the same in every version and storefront
    coins = models.PositiveIntegerField()
    price_minor = models.PositiveIntegerField()  # as listed, in the storefront's currency
    is_preselected = models.BooleanField(default=False)

    class Meta:
        ordering = ["book", "coins"]
        constraints = [
            models.UniqueConstraint(fields=["book", "code"], name="wallet_package_code_once"),
            models.CheckConstraint(
                condition=Q(coins__gt=0, price_minor__gt=0), name="wallet_package_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} at {self.price_minor}"
