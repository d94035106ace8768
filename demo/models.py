"""What demo and test mode keep instead of sending it out."""

from django.db import models
from django.db.models.functions import Now


class OutboxMessage(models.Model):
    """One email or text that production would have sent."""

    class Channel(models.TextChoices):
        MAIL = "mail", "Mail"
        TEXT = "text", "Text"

    channel = models.CharField(max_length=4, choices=Channel, default=Channel.MAIL)
    recipient = models.CharField(max_length=254, db_index=True)  # an address or a number
    sender = models.CharField(max_length=200)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"


class DemoMark(models.Model):
    """One row says that this database was filled by the demo; production refuses to start on it."""

    began_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)  # empty: the filling was broken off

    def __str__(self) -> str:
        return f"demo since {self.began_at:%Y-%m-%d}"
