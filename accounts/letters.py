"""One look for every mail: templates/emails/letter.* draw a `Letter`, as text and as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accounts.models import AntiPhishingPhrase, User

WHY = "You get this mail because this address was used on Ovation."


@dataclass(frozen=True)
class Letter:
    """What one mail says."""

    subject: str
    heading: str
    paragraphs: Sequence[str]  # the first stands above code and rows
    code: str = ""
    rows: Sequence[tuple[str, str]] = field(default_factory=list)  # (name, value)
    action: tuple[str, str] | None = None  # (label, whole address)
    state: tuple[str, str] | None = None  # (kind, name) of look.states, drawn as a chip
    why: str = WHY


def message(
    letter: Letter,
    *,
    to: list[str],
    person: User | None,
    sender: str | None = None,
    unsubscribe_url: str = "",
) -> EmailMultiAlternatives:
    """Make the mail, with the anti-phishing phrase of `person`: only where the address is proven to be theirs.

    `unsubscribe_url` takes one POST to unsubscribe (RFC 8058).
    """
    facts = {
        "letter": letter,
        "phrase": phrase_of(person) if person else "",
        "unsubscribe_url": unsubscribe_url,
        "site_url": settings.SITE_URL,
    }
    headers = {}
    if unsubscribe_url:
        headers = {
            "List-Unsubscribe": f"<{unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    text = render_to_string("emails/letter.txt", facts).strip() + "\n"
    mail = EmailMultiAlternatives(letter.subject, text, sender, to, headers=headers)
    mail.attach_alternative(render_to_string("emails/letter.html", facts), "text/html")
    return mail


def phrase_of(person: User) -> str:
    """The person's anti-phishing phrase; empty if they chose none."""
    row = AntiPhishingPhrase.objects.filter(user_id=person.pk).first()
    return row.phrase if row else ""
