"""A person's keys and trusted browsers in their export, and gone when they are erased."""

from collections.abc import Iterable, Iterator, Mapping

from allauth.mfa.models import Authenticator

from accounts import hooks
from accounts.models import TrustedBrowser, User
from accounts.sessions import device_name


def connect() -> None:
    """Register this module's part of the hooks."""
    hooks.export_parts.register(export_parts)
    hooks.erase_person.register(erase_person)


def export_parts(user: User) -> Iterable[hooks.ExportPart]:
    """What is enrolled and trusted, without the secrets."""
    return [
        hooks.ExportPart("second-factors", "What you confirm with that it is you.", _factors(user)),
        hooks.ExportPart(
            "trusted-browsers",
            "Browsers that are not asked for the second factor at sign-in.",
            _browsers(user),
        ),
    ]


def erase_person(user: User) -> None:
    """Take away what opens the account. The rows of django-otp go with their authenticators."""
    TrustedBrowser.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()


def _factors(user: User) -> Iterator[Mapping[str, object]]:
    for one in Authenticator.objects.filter(user=user).order_by("pk"):
        yield {
            "kind": one.type,
            "name": one.wrap().name if one.type == Authenticator.Type.WEBAUTHN else "",
            "enrolled_at": one.created_at,
            "last_used_at": one.last_used_at,
        }


def _browsers(user: User) -> Iterator[Mapping[str, object]]:
    for one in TrustedBrowser.objects.filter(user=user):
        yield {
            "device": device_name(one.user_agent),
            "user_agent": one.user_agent,
            "ip": one.ip or "",
            "trusted_at": one.trusted_at,
            "last_used_at": one.last_used_at,
            "until": one.until,
        }
