"""Diamonds to money: the payout account, the quote, the cash-out, its attempts and its history."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from payouts.states import AttemptOutcome, PayoutState, WaitReason


class ConnectedAccount(models.Model):
    """A creator's account at the payment provider, as it was when last read from there."""

    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payout_accounts")
    creation_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # sent when it is opened
    # Our own column: the provider's mirror is known to lose whose event it was (stripe.md, Connect).
    provider_account_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)  # what the platform sends; the settlement currency
    details_submitted = models.BooleanField(default=False)
    payouts_enabled = models.BooleanField(default=False)
    transfers_capability = models.CharField(max_length=20, default="inactive")  # active, pending or inactive
    requirements_due = models.JSONField(default=list)  # what the provider still asks for, by its own names
    requirements_past_due = models.JSONField(default=list)
    disabled_reason = models.CharField(max_length=80, blank=True)
    bank_name = models.CharField(max_length=100, blank=True)
    bank_last4 = models.CharField(max_length=4, blank=True)
    deauthorised_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)  # replaced by another account
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)  # when the provider last told us all this

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creator"], condition=Q(retired_at=None), name="payouts_connectedaccount_one_in_use"
            ),
        ]

    def __str__(self) -> str:
        return self.provider_account_id or f"not opened yet ({self.creation_key})"

    @property
    def is_ready(self) -> bool:
        """Whether money may be sent there: every gate of stripe.md R21."""
        return (
            self.provider_account_id is not None
            and self.payouts_enabled
            and self.transfers_capability == "active"
            and not self.requirements_past_due
            and not self.disabled_reason
            and self.deauthorised_at is None
            and self.retired_at is None
        )

    @property
    def state(self) -> str:
        """One word for pages and the API: one of look.states.ACCOUNT."""
        if self.deauthorised_at is not None or self.disabled_reason.startswith("rejected."):
            return "disabled"
        if self.is_ready:
            return "ready"
        if not self.details_submitted:
            return "incomplete"
        return "restricted" if self.requirements_due or self.requirements_past_due else "pending"


class CashOutTerms(models.Model):
    """What a cash-out costs and how much may be cashed out. A version; the latest that has started is in force."""

    starts_at = models.DateTimeField(unique=True)
    currency = models.CharField(max_length=3)
    minimum_minor = models.BigIntegerField()  # a cash-out's least amount, before the fee
    daily_maximum_minor = models.BigIntegerField()  # per creator and UTC day, before the fee
    fee_fixed_minor = models.BigIntegerField()
    fee_basis_points = models.IntegerField()  # of the amount; 100 = 1%
    quote_lifetime_s = models.IntegerField()
    arrival_business_days = models.IntegerField()

    class Meta:
        verbose_name_plural = "cash-out terms"
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_minor__gt=0)
                & Q(daily_maximum_minor__gte=F("minimum_minor"))
                & Q(fee_fixed_minor__gte=0)
                & Q(fee_fixed_minor__lt=F("minimum_minor"))
                & Q(fee_basis_points__range=(0, 9_000))
                & Q(quote_lifetime_s__range=(60, 86_400))
                & Q(arrival_business_days__range=(0, 30)),
                name="payouts_cashoutterms_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"cash-out terms of {self.starts_at:%Y-%m-%d %H:%M} UTC"

    def fee_minor(self, amount_minor: int) -> int:
        """The platform's fee on `amount_minor`; a part of a minor unit is the creator's."""
        return self.fee_fixed_minor + amount_minor * self.fee_basis_points // 10_000


class PayoutQuote(models.Model):
    """What some diamonds would bring, promised until `expires_at` (business clock) whatever the rate does."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payout_quotes")
    terms = models.ForeignKey(CashOutTerms, models.PROTECT, related_name="+")
    rate_version_id = models.BigIntegerField()  # wallet's RateVersion that the value comes from
    diamond_value_micro = models.BigIntegerField()  # a whole diamond's value in millionths of `currency`
    asked_units = models.BigIntegerField()  # hundredths of a diamond
    reserved_units = models.BigIntegerField()  # what the amount needs; the rest stays available
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    arrives_on = models.DateField()  # an estimate; the provider's own date replaces it
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(net_minor__gt=0)
                & Q(fee_minor__gte=0)
                & Q(amount_minor=F("net_minor") + F("fee_minor"))
                & Q(reserved_units__gt=0)
                & Q(reserved_units__lte=F("asked_units")),
                name="payouts_payoutquote_sums",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} for {self.reserved_units}"


class PayoutQuerySet(models.QuerySet["Payout"]):
    def to_review(self) -> "PayoutQuerySet":
        """Those that wait for an operator, oldest first."""
        return self.filter(state=PayoutState.SCREENING).order_by("requested_at", "id")


class Payout(models.Model):
    """One cash-out: some diamonds of one creator, on their way to become money in a bank account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payouts")
    account = models.ForeignKey(ConnectedAccount, models.PROTECT, related_name="payouts")
    quote = models.OneToOneField(PayoutQuote, models.PROTECT, related_name="payout")
    key = models.CharField(max_length=80)  # the client's Idempotency-Key
    request_hash = models.BinaryField(max_length=32)
    state = models.CharField(max_length=12, choices=PayoutState, default=PayoutState.REQUESTED)
    diamond_units = models.BigIntegerField()  # reserved hundredths of a diamond
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    requested_at = models.DateTimeField()
    state_at = models.DateTimeField()  # since when it is in `state`
    arrives_on = models.DateField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField(max_length=300, blank=True)  # an operator's words, which the creator reads
    failure_code = models.CharField(max_length=60, blank=True)  # the provider's
    wait_reason = models.CharField(max_length=24, choices=WaitReason, default=WaitReason.NONE, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # business time of the next step; empty: none is due
    tries = models.IntegerField(default=0)  # at the present step; sets how long the next wait is
    # Wall time until which one worker has this payout for itself while it talks to the provider, and its token.
    leased_until = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)

    objects = PayoutQuerySet.as_manager()
    news: list["PayoutEvent"]  # written in the present transaction, published at its end

    class Meta:
        ordering = ["-requested_at", "-id"]
        permissions = [("decide_payout", "Can approve and reject cash-outs")]
        constraints = [
            models.UniqueConstraint(fields=["creator", "key"], name="payouts_payout_key_once"),
            models.CheckConstraint(
                condition=Q(state__in=PayoutState.values), name="payouts_payout_state_known"
            ),
            models.CheckConstraint(
                condition=Q(net_minor__gt=0)
                & Q(fee_minor__gte=0)
                & Q(diamond_units__gt=0)
                & Q(amount_minor=F("net_minor") + F("fee_minor")),
                name="payouts_payout_sums",
            ),
            models.CheckConstraint(
                condition=~Q(state=PayoutState.REJECTED) | ~Q(reason=""),
                name="payouts_payout_rejected_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["creator", "-requested_at"], name="payouts_of_creator"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="payouts_due"),
            models.Index(fields=["state", "requested_at"], name="payouts_by_state"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def status(self) -> PayoutState:
        """`state` as the enum that knows the rules."""
        return PayoutState(self.state)


class PayoutAttempt(models.Model):
    """One try at sending: a transfer to the creator's account, then a payout from it to the bank.

    Each outside call has its own key, stored here before the first is made; `provider.calls` keeps its record. A try
    whose transfer was refused is closed, and the next one has new keys: the provider repeats its old answers.
    """

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="attempts")
    number = models.IntegerField()
    outcome = models.CharField(max_length=10, choices=AttemptOutcome, default=AttemptOutcome.OPEN)
    destination = models.CharField(max_length=255)  # the provider's account id, frozen
    transfer_group = models.CharField(max_length=80)  # by which an unknown transfer is looked up
    transfer_key = models.CharField(max_length=80, unique=True)
    transfer_asked_at = models.DateTimeField(
        null=True, blank=True
    )  # from then on: looked up before asked again
    transfer_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    payout_key = models.CharField(max_length=80, unique=True)
    payout_asked_at = models.DateTimeField(null=True, blank=True)
    provider_payout_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    reversal_key = models.CharField(max_length=80, unique=True)
    reversal_asked_at = models.DateTimeField(null=True, blank=True)
    reversal_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    failure_code = models.CharField(max_length=60, blank=True)
    failure_message = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["payout", "number"]
        constraints = [
            models.UniqueConstraint(fields=["payout", "number"], name="payouts_payoutattempt_number_once"),
            models.UniqueConstraint(
                fields=["payout"],
                condition=Q(transfer_id__isnull=False),
                name="payouts_payoutattempt_one_transfer",
            ),
            models.UniqueConstraint(
                fields=["payout"], condition=Q(outcome="open"), name="payouts_payoutattempt_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payout_id} #{self.number}"


class PayoutEvent(models.Model):
    """One thing that happened to a cash-out: who, when, why. Rows never change (trigger)."""

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="events")
    number = models.IntegerField()
    kind = models.CharField(max_length=40)  # a state, or a step between states such as "transferred"
    state = models.CharField(max_length=12, choices=PayoutState)  # the state after it
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )  # empty: the platform itself
    reason = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict)  # ids and codes for operators
    at = models.DateTimeField()  # business time

    class Meta:
        ordering = ["payout", "number"]
        constraints = [
            models.UniqueConstraint(fields=["payout", "number"], name="payouts_payoutevent_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.payout_id} {self.number}: {self.kind}"


class PayoutNotice(models.Model):
    """An email owed to a creator about one event, so that a broker or mail server that is down loses none."""

    event = models.OneToOneField(PayoutEvent, models.PROTECT, related_name="notice")
    kind = models.CharField(max_length=12)  # which email
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="payouts_notices_owed")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.event_id}"
