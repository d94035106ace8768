"""Every mail of accounts says what it must, as text and as HTML."""

from datetime import UTC, datetime

import pytest
from django.core.mail import EmailMultiAlternatives

from accounts import mails


class Facts(dict[str, str]):
    """Facts for every kind of mail, the floors' above too."""

    def __missing__(self, name: str) -> str:
        return f"a {name}"


CONTEXT = Facts(
    {
        "code": "730182",
        "email": "dora@example.com",
        "from_email": "old@example.com",
        "to_email": "<b>new</b>@example.com",
        "deleted_email": "old@example.com",
        "at": datetime(2026, 11, 22, 9, 0, tzinfo=UTC).isoformat(),
        "ip": "192.0.2.7",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    }
)


def rendered(kind: str) -> tuple[EmailMultiAlternatives, str]:
    """The message and its HTML part."""
    message = mails.render(kind, ["dora@example.com"], CONTEXT, "Ovation <hello@example.com>")
    return message, str(message.alternatives[0][0])


@pytest.mark.parametrize("kind", mails.MAILS)
def test_text_and_html_say_the_same(kind: str) -> None:
    message, html = rendered(kind)
    assert "\n" not in message.subject
    heading = mails.MAILS[kind].heading.format_map(CONTEXT)
    assert heading in message.body
    assert heading in html


def test_a_notice_says_when_from_which_device_and_where() -> None:
    message, html = rendered("mfa/email/totp_deactivated")
    for fact in ("22 Nov 2026, 09:00 UTC", "Firefox on Linux", "192.0.2.7"):
        assert fact in message.body
        assert fact in html
    assert "http://testserver/settings/security/" in message.body


def test_what_a_person_typed_is_escaped() -> None:
    _, html = rendered("account/email/email_changed")
    assert "&lt;b&gt;new&lt;/b&gt;" in html
