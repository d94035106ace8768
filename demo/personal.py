"""The mails that demo and test mode keep instead of sending them are a person's too."""

from collections.abc import Iterable, Iterator

from accounts.hooks import ExportPart
from accounts.models import User
from accounts.personal import addresses_of, streamed
from demo.models import OutboxMessage


def export(person: User) -> Iterator[ExportPart]:
    """The mails to the person, which only a demo keeps."""
    yield ExportPart(
        "demo-mails", "Mails to you that this demo kept instead of sending them.", _mails(person)
    )


def erase(person: User) -> None:
    """Delete the mails to the person."""
    OutboxMessage.objects.filter(recipient__in=addresses_of(person)).delete()


def _mails(person: User) -> Iterable[dict[str, object]]:
    for mail in streamed(OutboxMessage.objects.filter(recipient__in=addresses_of(person)).order_by("pk")):
        yield {"to": mail.recipient, "at": mail.sent_at, "subject": mail.subject, "text": mail.text}
