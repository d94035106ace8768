"""Disputes as the provider tells them, what each set aside in our books, and early warnings of fraud."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from care.dispute_states import (
    OPEN_STATUSES,
    TO_ANSWER,
    DisputeStatus,
    DisputeStepKind,
    Fate,
    Outcome,
)
from gifts.models import SentGift
from wallet.models import Order


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def standing(self) -> "DisputeQuerySet":
        """Opened and not decided yet."""
        return self.filter(opened_at__isnull=False, outcome="")

    def against(self) -> "DisputeQuerySet":
        """What speaks against a payer: opened, and not won."""
        return self.filter(opened_at__isnull=False).exclude(outcome=Outcome.WON)

    def to_answer(self) -> "DisputeQuerySet":
        """Those the provider waits for an answer to, the most urgent first."""
        return self.filter(status__in=TO_ANSWER).order_by("evidence_due_at", "seen_at")


class Dispute(models.Model):
    """One dispute (or inquiry) of one payment. What money and coins did stands in the books; this says why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider_id = models.CharField(max_length=255, unique=True)  # "du_…": its name in the books, too
    order = models.ForeignKey(Order, models.PROTECT, related_name="disputes", null=True)  # null: none of ours
    charge_id = models.CharField(max_length=255, blank=True)
    payment_intent_id = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=30, choices=DisputeStatus)  # the provider's word
    reason = models.CharField(max_length=60, blank=True)  # its code: "fraudulent", "product_not_received" …
    network_reason_code = models.CharField(max_length=60, blank=True)  # the card network's
    case_type = models.CharField(max_length=20, blank=True)  # chargeback, inquiry, block, resolution …
    amount_minor = models.PositiveIntegerField()  # in the payment's currency; fixed once it is opened
    currency = models.CharField(max_length=3)
    evidence_due_at = models.DateTimeField(null=True)  # the provider's deadline for our answer
    has_evidence = models.BooleanField(default=False)  # saved there, sent or not
    submission_count = models.PositiveSmallIntegerField(default=0)  # how often evidence was sent to the bank
    is_charge_refundable = models.BooleanField(default=False)
    opened_at = models.DateTimeField(
        null=True
    )  # business time; null: an inquiry, or prevented, or not credited
    outcome = models.CharField(max_length=4, choices=Outcome, blank=True)
    decided_at = models.DateTimeField(null=True)
    held_coins = models.PositiveIntegerField(default=0)  # unspent ones, of the order and of its bonus
    held_bonus_coins = models.PositiveIntegerField(default=0)
    held_gift_coins = models.PositiveIntegerField(default=0)  # spent on gifts whose diamonds were set aside
    held_diamond_units = models.BigIntegerField(default=0)  # hundredths
    looks = models.PositiveIntegerField(default=0)  # answers of the provider that changed something here
    happened_at = models.DateTimeField()  # the provider's time
    seen_at = models.DateTimeField()  # business time, as the next two
    looked_at = models.DateTimeField()
    next_check_at = models.DateTimeField(null=True)  # null: nothing more is to come
    checks = models.PositiveIntegerField(default=0)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at", "-id"]
        permissions = [
            ("answer_dispute", "Can note on disputes and send evidence"),
            ("accept_dispute", "Can accept a dispute: the money is lost for good"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=DisputeStatus.values), name="care_dispute_status_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None)
                | (
                    Q(outcome__in=Outcome.values)
                    & Q(decided_at__isnull=False, opened_at__isnull=False, order__isnull=False)
                ),
                name="care_dispute_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"], condition=Q(next_check_at__isnull=False), name="care_dispute_due"
            ),
            models.Index(fields=["-happened_at"], name="care_dispute_newest"),
        ]

    def __str__(self) -> str:
        return self.provider_id

    @property
    def is_open(self) -> bool:
        """Whether the bank still decides about money."""
        return self.status in OPEN_STATUSES

    @property
    def waits_for_answer(self) -> bool:
        """Whether the provider waits for evidence from us."""
        return self.status in TO_ANSWER

    @property
    def is_inquiry(self) -> bool:
        """Whether the bank only asks."""
        return self.status.startswith("warning_")


class DisputeMovement(models.Model):
    """Money that the provider moved for a dispute, once by its balance transaction. Rows are only added (trigger)."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="movements")
    provider_id = models.CharField(max_length=255, unique=True)  # "txn_…"
    number = models.PositiveSmallIntegerField()  # 1, 2 … of its dispute
    amount_minor = models.BigIntegerField()  # below zero: withdrawn from us
    fee_minor = models.BigIntegerField()  # the provider's, borne by the platform; below zero: given back
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()  # the provider's time

    class Meta:
        ordering = ["dispute", "number"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "number"], name="care_disputemovement_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.amount_minor} {self.currency}"


class DisputedGift(models.Model):
    """A gift whose diamonds a dispute set aside, and what became of them. How many is what the books say."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="gifts")
    gift = models.ForeignKey(SentGift, models.PROTECT, related_name="+", db_constraint=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="disputed_gifts")
    coins = models.PositiveIntegerField()  # of the gift, paid by the disputed order
    diamond_units = models.BigIntegerField()  # hundredths, what these coins became
    fate = models.CharField(max_length=10, choices=Fate, default=Fate.HELD)
    held_at = models.DateTimeField()  # business time, as the next
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-held_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "gift"], name="care_disputedgift_once"),
            models.CheckConstraint(
                condition=Q(fate="held", decided_at=None)
                | Q(fate__in=["restored", "cancelled"], decided_at__isnull=False),
                name="care_disputedgift_decided",
            ),
        ]
        indexes = [models.Index(fields=["creator", "-held_at", "-id"], name="care_disputedgift_of_creator")]

    def __str__(self) -> str:
        return f"{self.diamond_units} of gift {self.gift_id} ({self.fate})"


class DisputeStep(models.Model):
    """One step of a dispute: what the provider said, what we did. Rows never change but for words that are erased."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=DisputeStepKind)
    status = models.CharField(max_length=30, choices=DisputeStatus)  # the provider's word then
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )  # null: the platform
    body = models.TextField(max_length=20_000, blank=True)  # a note, or the evidence that was sent
    facts = models.JSONField(default=dict)  # amounts and ids
    key = models.CharField(max_length=80, blank=True)  # of the operator's form, so that a repeat counts once
    at = models.DateTimeField()  # business time

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "kind", "key"], condition=~Q(key=""), name="care_disputestep_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dispute_id}"


class FraudWarning(models.Model):
    """An issuer's early warning that a payment may be fraud. No money moves; the payer is risky from then on."""

    provider_id = models.CharField(max_length=255, unique=True)  # "issfr_…"
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="fraud_warnings", null=True
    )  # null: none of ours
    charge_id = models.CharField(max_length=255, blank=True)
    fraud_type = models.CharField(max_length=60)  # the provider's code
    is_actionable = models.BooleanField()  # not refunded and not disputed yet: a refund may spare the dispute
    happened_at = models.DateTimeField()  # the provider's time
    seen_at = models.DateTimeField()  # business time

    class Meta:
        ordering = ["-seen_at", "-id"]

    def __str__(self) -> str:
        return self.provider_id
