"""Recharges, and what happened to each."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wallet.models.storefronts import Package, PriceBook, Storefront, TaxMode
from wallet.states import CREDITED_STATES, OPEN_STATES, OrderState


class OrderQuerySet(models.QuerySet["Order"]):
    def open(self) -> "OrderQuerySet":
        """Orders whose payment is not decided, and credited ones whose provider's fee is not known yet."""
        return self.filter(Q(state__in=OPEN_STATES) | Q(state__in=CREDITED_STATES, fee_minor=None))


class Order(models.Model):
    """One recharge. What was sold and for how much never changes after the first write (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="orders")
    storefront = models.ForeignKey(Storefront, models.PROTECT, related_name="+")
    package = models.ForeignKey(
        Package, models.PROTECT, null=True, related_name="orders"
    )  # null: custom amount
    price_book = models.ForeignKey(PriceBook, models.PROTECT, related_name="orders")  # the version sold at
    coins = models.PositiveIntegerField()
    price_minor = models.PositiveIntegerField()  # as listed: with its tax in it, or before it
    tax_mode = models.CharField(max_length=10, choices=TaxMode, default=TaxMode.INCLUSIVE)
    tax_name = models.CharField(max_length=20, blank=True)
    tax_basis_points = models.PositiveIntegerField(default=0)  # our own rate when sold; 0: none, or automatic
    is_tax_automatic = models.BooleanField(default=False)  # the provider tells the tax with the payment
    buyer_country = models.CharField(
        max_length=2, blank=True
    )  # where the buyer said they live when they bought
    gross_minor = models.PositiveIntegerField()  # what the buyer pays, tax included
    tax_minor = models.PositiveIntegerField()
    net_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    settlement_currency = models.CharField(max_length=3)
    settlement_rate_micro = models.BigIntegerField()  # frozen when sold
    settlement_gross_minor = models.BigIntegerField()  # gross and tax at that rate: what the books say
    settlement_tax_minor = models.BigIntegerField()
    coin_value_micro = models.BigIntegerField()  # base value when sold
    # The offer in it, as sold (wallet/sql/offer_rules.sql). What became of the bonus is on the order's OfferUse.
    offer = models.ForeignKey("wallet.Offer", models.PROTECT, null=True, blank=True, related_name="orders")
    bonus_coins = models.PositiveIntegerField(default=0, db_default=0)
    withdrawal_days = models.PositiveSmallIntegerField(default=0)  # what the storefront promised when it sold
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
    return_to = models.CharField(max_length=200, blank=True)  # a room of ours, with the gift chosen there
    refunded_coins = models.PositiveIntegerField(
        default=0
    )  # taken back by refunds that stand, in part or whole
    refunded_minor = models.PositiveIntegerField(
        default=0
    )  # what they give the buyer, in the order's currency
    is_dispute_lost = models.BooleanField(default=False)  # disputed, and the bank has decided against us
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
                condition=Q(tax_mode="inclusive", gross_minor=F("price_minor"))
                | Q(tax_mode="exclusive", net_minor=F("price_minor")),
                name="wallet_order_price",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[OrderState.PAID, *CREDITED_STATES]) | Q(paid_at__isnull=False),
                name="wallet_order_paid_at",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CREDITED_STATES, credited_at__isnull=False)
                | (~Q(state__in=CREDITED_STATES) & Q(credited_at__isnull=True)),
                name="wallet_order_credited_at",
            ),
            models.CheckConstraint(  # whatever comes: no more goes back than came (stripe.md, R17)
                condition=Q(refunded_coins__lte=F("coins"), refunded_minor__lte=F("gross_minor")),
                name="wallet_order_refunded_at_most_all",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="wallet_order_history"),
            models.Index(
                fields=["next_check_at"],
                condition=Q(state__in=OPEN_STATES) | Q(state__in=CREDITED_STATES, fee_minor=None),
                name="wallet_order_to_check",
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.id} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return OrderState(self.state).is_open

    @property
    def was_credited(self) -> bool:
        """Whether its coins were booked; some or all may have gone back since."""
        return OrderState(self.state).was_credited

    @property
    def settled_state(self) -> OrderState:
        """What a credited order is when no dispute stands against it: refunded once nothing is left to give back."""
        assert self.was_credited
        is_all = self.refunded_coins == self.coins or self.refunded_minor == self.gross_minor
        return OrderState.REFUNDED if is_all else OrderState.CREDITED


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
        BONUS_GRANTED = "bonus_granted", "Bonus coins granted"
        BONUS_LOST = "bonus_lost", "No first-recharge bonus: you had it before"
        FEE_BOOKED = "fee_booked", "The provider's fee was booked"
        EXPIRED = "expired", "Expired without a payment"
        CANCELLED = "cancelled", "Cancelled"
        REFUSED = "refused", "The payment provider refused the order"
        HELD = "held", "Held: an operator looks at it"
        RELEASED = "released", "An operator released it"
        RECHECKED = "rechecked", "Checked again on request"
        REFUND_ASKED = "refund_asked", "A refund is on its way"
        REFUND_PAID = "refund_paid", "Refunded to your payment method"
        REFUND_FAILED = "refund_failed", "A refund did not arrive; the coins are back"
        DISPUTE_OPENED = "dispute_opened", "Your bank disputes the payment"
        DISPUTE_WON = "dispute_won", "The dispute is over; the payment stands"
        DISPUTE_LOST = "dispute_lost", "The bank took the payment back"
        REFUND_PROPOSED = "refund_proposed", "An operator proposed a refund"
        REFUND_REJECTED = "refund_rejected", "A proposed refund was not agreed to"
        CASE_OPENED = "case_opened", "A support case was opened"
        FRAUD_WARNING = "fraud_warning", "The bank warned that the payment may be fraud"

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
