"""Mail in demo and test mode goes to an outbox that a page shows (/demo/outbox/)."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from demo.models import OutboxMessage


class OutboxBackend(BaseEmailBackend):
    """Keep each message as one row per recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = [
            OutboxMessage(
                recipient=recipient.lower(),
                sender=message.from_email,
                subject=str(message.subject),
                text=str(message.body),
                html=_html_part(message),
            )
            for message in email_messages
            for recipient in message.recipients()
        ]
        OutboxMessage.objects.bulk_create(rows)
        return len(email_messages)


def _html_part(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    return next((str(content) for content, mimetype in message.alternatives if mimetype == "text/html"), "")
