"""Money that goes back to buyers, one row for each time."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from wallet.models.orders import Order
from wallet.refund_states import STANDING, RefundState


class RefundQuerySet(models.QuerySet["Refund"]):
    def standing(self) -> "RefundQuerySet":
        """Refunds that count: their coins are taken, their money is promised or paid."""
        return self.filter(state__in=STANDING)


class Refund(models.Model):
    """Some of an order's payment on its way back to where it came from. The row comes before the call.

    What it takes and gives never changes once it is decided (trigger); the books have it as `refund:<id>`.
    """

    class Origin(models.TextChoices):
        BUYER = "buyer", "the buyer"
        OPERATOR = "operator", "an operator"
        PROVIDER = "provider", "made at the payment provider"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    origin = models.CharField(max_length=10, choices=Origin)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)  # an operator's
    key = models.CharField(max_length=200)  # made by who asks, once per order
    request_hash = models.BinaryField(max_length=32)
    coins = models.PositiveIntegerField()  # bought ones, taken back
    bonus_coins = models.PositiveIntegerField(default=0)  # unspent ones of the order's bonus, void with it
    unrecovered_coins = models.PositiveIntegerField(
        default=0
    )  # refunded elsewhere though spent: the platform's loss
    amount_minor = models.PositiveIntegerField()  # to the buyer, in the order's currency
    currency = models.CharField(max_length=3)
    withheld_minor = models.PositiveIntegerField(
        default=0
    )  # a spent bonus's value, in the settlement currency
    state = models.CharField(max_length=10, choices=RefundState, default=RefundState.PENDING)
    provider_id = models.CharField(max_length=255, null=True, unique=True)
    failure_code = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    state_at = models.DateTimeField()
    next_check_at = models.DateTimeField(null=True)  # when the sweep asks the provider; null: no more
    checks = models.PositiveIntegerField(default=0)

    objects: ClassVar[RefundQuerySet] = RefundQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        permissions = [("refund_order", "Can refund orders, and agree to others' refunds")]
        constraints = [
            models.UniqueConstraint(fields=["order", "key"], name="wallet_refund_key_once"),
            models.CheckConstraint(condition=Q(state__in=RefundState.values), name="wallet_refund_state"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="wallet_refund_amount_positive"),
            models.CheckConstraint(
                condition=Q(coins__gt=0) | Q(origin="provider"), name="wallet_refund_coins_positive"
            ),
            models.CheckConstraint(
                condition=Q(origin="provider") | Q(asked_by__isnull=False), name="wallet_refund_asked_by"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="wallet_refund_to_check",
            ),
        ]

    def __str__(self) -> str:
        return f"refund {self.id} of order {self.order_id} ({self.state})"

    @property
    def status(self) -> RefundState:
        """`state` as the enum that knows the rules."""
        return RefundState(self.state)
