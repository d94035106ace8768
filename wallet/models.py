"""Coins bought: where and at what price they are sold, the rates in force, and the orders."""

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wallet.states import OPEN_STATES, OrderState

MICRO = 1_000_000
MICRO_PER_MINOR = 10_000  # the settlement currency has two decimals


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


class OrderQuerySet(models.QuerySet["Order"]):
    def open(self) -> "OrderQuerySet":
        """Orders that are not final, and credited ones whose provider's fee is not known yet."""
        return self.filter(Q(state__in=OPEN_STATES) | Q(state=OrderState.CREDITED, fee_minor=None))


class Order(models.Model):
    """One recharge. What was sold and for how much never changes after the first write (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="orders")
    storefront = models.ForeignKey(Storefront, models.PROTECT, related_name="+")
    package = models.ForeignKey(
        Package, models.PROTECT, null=True, related_name="orders"
    )  # null: custom amount
    coins = models.PositiveIntegerField()
    gross_minor = models.PositiveIntegerField()  # what the buyer pays, tax included
    tax_minor = models.PositiveIntegerField()
    net_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    settlement_currency = models.CharField(max_length=3)
    settlement_rate_micro = models.BigIntegerField()  # frozen when sold
    settlement_gross_minor = models.BigIntegerField()  # gross and tax at that rate: what the books say
    settlement_tax_minor = models.BigIntegerField()
    coin_value_micro = models.BigIntegerField()  # base value when sold
    client_key = models.CharField(max_length=200)  # made by the client, once per person
    request_hash = models.BinaryField(max_length=32)
    state = models.CharField(max_length=20, choices=OrderState, default=OrderState.CREATED)
    held_reason = models.CharField(
        max_length=60, blank=True
    )  # why a person must look at it; not credited meanwhile
    session_id = models.CharField(max_length=255, null=True, unique=True)  # the Checkout Session
    checkout_url = models.TextField(blank=True)
    payment_intent_id = models.CharField(max_length=255, blank=True)
    charge_id = models.CharField(max_length=255, blank=True)
    decline_code = models.CharField(max_length=60, blank=True)  # of the last try that failed
    declined_try = models.CharField(max_length=255, blank=True)  # the provider's id of that try
    is_bank_checking = models.BooleanField(default=False)  # the buyer is done, a slow method is not
    is_cancel_wanted = models.BooleanField(
        default=False
    )  # the buyer wants it closed; the provider has the last word
    fee_minor = models.BigIntegerField(
        null=True
    )  # the provider's, in the settlement currency; null: not known yet
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    credited_at = models.DateTimeField(null=True)
    receipt_sent_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField()  # when the sweep asks the provider again (business time)
    checks = models.PositiveIntegerField(default=0)

    objects: ClassVar[OrderQuerySet] = OrderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "client_key"], name="wallet_order_client_key_once"),
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="wallet_order_state"),
            models.CheckConstraint(
                condition=Q(coins__gt=0, gross_minor__gt=0, gross_minor=F("tax_minor") + F("net_minor")),
                name="wallet_order_amounts",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["paid", "credited"]) | Q(paid_at__isnull=False),
                name="wallet_order_paid_at",
            ),
            models.CheckConstraint(
                condition=Q(state="credited", credited_at__isnull=False)
                | (~Q(state="credited") & Q(credited_at__isnull=True)),
                name="wallet_order_credited_at",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="wallet_order_history"),
            models.Index(
                fields=["next_check_at"],
                condition=Q(state__in=OPEN_STATES) | Q(state="credited", fee_minor=None),
                name="wallet_order_to_check",
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.id} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return not OrderState(self.state).is_final


class OrderEvent(models.Model):
    """One step of an order's life, as it happened. Rows are only ever added (trigger)."""

    class Kind(models.TextChoices):
        CREATED = "created", "Order created"
        CHECKOUT_OPENED = "checkout_opened", "Payment page opened"
        PROVIDER_SILENT = "provider_silent", "The payment provider did not answer; we try again"
        PAYMENT_FAILED = "payment_failed", "A payment was declined"
        BANK_CHECKING = "bank_checking", "Your bank is checking the payment"
        PAID = "paid", "Payment received"
        CREDITED = "credited", "Coins credited"
        FEE_BOOKED = "fee_booked", "The provider's fee was booked"
        EXPIRED = "expired", "Expired without a payment"
        CANCELLED = "cancelled", "Cancelled"
        REFUSED = "refused", "The payment provider refused the order"
        HELD = "held", "Held: an operator looks at it"
        RELEASED = "released", "An operator released it"
        RECHECKED = "rechecked", "Checked again on request"

    class Source(models.TextChoices):
        BUYER = "buyer", "you"
        WEBHOOK = "webhook", "the provider's message"
        LANDING = "landing", "your return from the payment page"
        SWEEP = "sweep", "our own check"
        OPERATOR = "operator", "an operator"

    order = models.ForeignKey(Order, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind)
    source = models.CharField(max_length=10, choices=Source)
    code = models.CharField(max_length=60, blank=True)  # a decline code, a reason for holding
    at = models.DateTimeField()  # business time
    facts = models.JSONField(default=dict)  # ids, amounts and codes; no names

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=Q(kind__in=["created", "paid", "credited", "fee_booked", "expired", "cancelled"]),
                name="wallet_orderevent_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"


class Payer(models.Model):
    """How long what a fan gives stays pending at the creator, by how long they have been a paying customer."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payer")
    first_credited_at = models.DateTimeField()
    hold_days = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["hold_days", "first_credited_at"], name="wallet_payer_hold")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.hold_days} days"
