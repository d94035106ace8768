"""Mails: what is owed to whom, what a person wants, and the phrase by which they know ours."""

from django.db import models
from django.db.models.functions import Now

from accounts import crypto
from accounts.models.person import User


class OwedMail(models.Model):
    """A mail owed to a person, so that a broker or a mail server that is down loses none.

    What it says beside our own words (`facts`, `to`) is kept only until it is out.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="owed_mails")
    kind = models.CharField(max_length=80)  # of accounts.mails
    to = models.EmailField(blank=True)  # empty: the person's address at the time of sending
    facts = models.JSONField(default=dict)
    owed_at = models.DateTimeField()
    due_at = models.DateTimeField()  # the next try
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.IntegerField(default=0)

    class Meta:
        ordering = ["-owed_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(sent_at=None), name="accounts_mails_owed"),
            models.Index(fields=["sent_at"], name="accounts_mails_sent_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.user}"


class WantedTopic(models.Model):
    """A person asked for the optional mails of one topic (accounts.mails.TOPICS). No row: they get none."""

    user = models.ForeignKey(User, models.CASCADE, related_name="wanted_topics")
    topic = models.CharField(max_length=40)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="accounts_wantedtopic_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} wants {self.topic}"


class AntiPhishingPhrase(models.Model):
    """A person's own words that stand in all our mails. Encrypted: who reads the table cannot write such mails."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="anti_phishing_phrase")
    encrypted = models.TextField()

    def __str__(self) -> str:
        return f"phrase of {self.user}"

    @property
    def phrase(self) -> str:
        """The words."""
        return crypto.decrypt(self.encrypted)
