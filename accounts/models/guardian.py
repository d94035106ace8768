"""A guardian's consent for a young person: the asking, what stands, and what was done when."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models.person import User


class GuardianAsk(models.Model):
    """A young person asked somebody to be their guardian. Its mailed token works once, for a while.

    The row keeps the token's digest; the token itself is made anew from `nonce` for the mail.
    """

    minor = models.ForeignKey(User, models.PROTECT, related_name="guardian_asks")
    guardian_email = models.EmailField(blank=True)
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    token_digest = models.CharField(max_length=64, unique=True)  # SHA-256, hex
    asked_at = models.DateTimeField()  # wall time, like every one-time code
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)  # used, asked anew, or somebody else consented
    is_used = models.BooleanField(default=False)
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["minor", "-asked_at"], name="accounts_guardianask_minor"),
            models.Index(fields=["guardian_email", "-asked_at"], name="accounts_guardianask_address"),
        ]

    def __str__(self) -> str:
        return f"{self.minor} asked {self.guardian_email}"


class Guardianship(models.Model):
    """Who answers for a young person, and what they allow now. History is in GuardianRecord."""

    class State(models.TextChoices):
        ACTIVE = "active", "Consented"
        REVOKED = "revoked", "Taken back"
        ENDED = "ended", "Of age"

    class Relation(models.TextChoices):
        PARENT = "parent", "Parent"
        LEGAL = "legal_guardian", "Legal guardian"
        CARER = "carer", "Foster parent or carer with parental responsibility"

    minor = models.OneToOneField(User, models.PROTECT, related_name="guardianship")
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    guardian_email = models.EmailField(blank=True)
    guardian_name = models.CharField(max_length=120, blank=True)
    relation = models.CharField(max_length=16, choices=Relation)
    # Coins; empty: no limit of this sort.
    day_coins = models.BigIntegerField(null=True, blank=True)
    week_coins = models.BigIntegerField(null=True, blank=True)
    month_coins = models.BigIntegerField(null=True, blank=True)
    gift_coins = models.BigIntegerField(null=True, blank=True)
    since = models.DateTimeField()  # business time
    link_number = models.PositiveIntegerField(default=1)  # management links of earlier numbers are dead

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(day_coins__isnull=False)
                | Q(week_coins__isnull=False)
                | Q(month_coins__isnull=False)
                | Q(state="ended"),
                name="accounts_guardianship_has_a_budget",
            ),
            models.CheckConstraint(
                condition=(Q(day_coins=None) | Q(day_coins__gte=0))
                & (Q(week_coins=None) | Q(week_coins__gte=0))
                & (Q(month_coins=None) | Q(month_coins__gte=0))
                & (Q(gift_coins=None) | Q(gift_coins__gte=0)),
                name="accounts_guardianship_coins_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["guardian_email"], name="accounts_guardianship_address")]

    def __str__(self) -> str:
        return f"Guardian of {self.minor}"


class GuardianRecord(models.Model):
    """One thing a guardian did, or that ended it: who, when, from where and what was set. Rows are only added.

    A trigger refuses all else but the erasing of what names the guardian.
    """

    class Kind(models.TextChoices):
        CONSENTED = "consented", "Consented"
        BUDGET = "budget", "Changed the budget"
        REVOKED = "revoked", "Took the consent back"
        RESTORED = "restored", "Consented again"
        LINK = "link", "Asked for a new link"
        ENDED = "ended", "Came of age"

    guardianship = models.ForeignKey(Guardianship, models.PROTECT, related_name="records")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()  # business time
    guardian_email = models.EmailField(blank=True)
    guardian_name = models.CharField(max_length=120, blank=True)
    relation = models.CharField(max_length=16, choices=Guardianship.Relation)
    budget = (
        models.JSONField()
    )  # {"day": 100, "week": null, "month": 1000, "gift": 50}: in coins, as it then stood
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} for {self.guardianship.minor}"


class GuardianMail(models.Model):
    """A mail owed to a guardian, who has no account. Written with what it tells of, sent after the commit."""

    class Kind(models.TextChoices):
        ASK = "ask", "Asks for consent"
        CONSENTED = "consented", "Confirms, with the management link"
        CHANGED = "changed", "The budget was changed"
        REVOKED = "revoked", "The consent was taken back"
        RESTORED = "restored", "Consented again"
        LINK = "link", "A new management link"
        ENDED = "ended", "The young person is of age"

    kind = models.CharField(max_length=12, choices=Kind)
    ask = models.ForeignKey(GuardianAsk, models.PROTECT, null=True, blank=True, related_name="mails")
    guardianship = models.ForeignKey(
        Guardianship, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    owed_at = models.DateTimeField()  # wall time
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="ask", ask__isnull=False) | Q(~Q(kind="ask"), guardianship__isnull=False),
                name="accounts_guardianmail_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["owed_at"], condition=Q(sent_at=None), name="accounts_guardianmail_owed")
        ]

    def __str__(self) -> str:
        return self.kind
