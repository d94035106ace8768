"""Texts in demo and test mode go to the same outbox as mail (/demo/outbox/)."""

from demo.models import OutboxMessage

SENDER = "Ovation"


class OutboxGateway:
    """A text gateway that keeps each text as one row."""

    def send(self, *, number: str, text: str) -> str:
        """See accounts.sms.gateway.TextGateway."""
        row = OutboxMessage.objects.create(
            channel=OutboxMessage.Channel.TEXT, recipient=number, sender=SENDER, subject="Text", text=text
        )
        return f"outbox-{row.pk}"
