"""A person's phone number, and the texts we owe to numbers."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Now
from phonenumber_field.modelfields import PhoneNumberField

from accounts.models.person import User


class Phone(models.Model):
    """The phone number of one person.

    A number belongs to the one person who typed the code that was sent to it. Who joined with a number and has not
    typed the code only claims it: several may, and the claims of the others go once one of them proves it.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="phone")
    number = PhoneNumberField()  # E.164
    verified_at = models.DateTimeField(null=True, blank=True)  # wall time; empty: a claim
    claimed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=models.Q(verified_at__isnull=False),
                name="accounts_phone_verified_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^\+[1-9][0-9]{5,14}$"), name="accounts_phone_e164"
            ),
        ]
        indexes = [models.Index(fields=["number", "-claimed_at"], name="accounts_phone_claims")]

    def __str__(self) -> str:
        return masked(str(self.number))

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None


class TextMessageQuerySet(models.QuerySet["TextMessage"]):
    def due(self, now: datetime) -> "TextMessageQuerySet":
        """Texts that are still owed and whose turn it is."""
        return self.filter(state=TextMessage.State.OWED, due_at__lte=now)


class TextMessage(models.Model):
    """One text owed to a number: written in the transaction of what it tells, sent after it, then emptied."""

    class State(models.TextChoices):
        OWED = "owed", "Owed"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"

    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="texts")
    number = PhoneNumberField()
    kind = models.CharField(max_length=40)
    sealed_text = models.TextField(blank=True)  # encrypted; empty once nothing is owed any more
    state = models.CharField(max_length=10, choices=State, default=State.OWED)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()  # wall time of the next try; also the end of a running try's lease
    good_until = models.DateTimeField()  # a code that comes later is of no use
    reason = models.CharField(max_length=60, blank=True)  # why it failed: our code, or the gateway's number
    reference = models.CharField(max_length=64, blank=True)  # the gateway's name for it
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = TextMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="owed"), name="accounts_textmessage_due"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="owed") | models.Q(sealed_text=""),
                name="accounts_textmessage_emptied",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {masked(str(self.number))}"


def masked(number: str) -> str:
    """A number that its person recognises and nobody else can call: “+49 ••• 78”."""
    return f"{number[:3]} ••• {number[-2:]}"
