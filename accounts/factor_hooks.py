"""A person's second factors and trusted browsers in their export; the browsers gone when they are erased."""

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
    """The factors without their secrets, and where the person signs in without them."""
    yield hooks.ExportPart(
        "second-factors", "What you prove yourself with beside the password.", _factors(user)
    )
    about = "Browsers that are not asked for the second factor at sign-in."
    yield hooks.ExportPart("trusted-browsers", about, _browsers(user))


def erase_person(user: User) -> None:
    """Forget the browsers, with their addresses."""
    TrustedBrowser.objects.filter(user=user).delete()


def _factors(user: User) -> Iterator[Mapping[str, object]]:
    for one in Authenticator.objects.filter(user=user).order_by("pk"):
        yield {
            "type": str(one.get_type_display()),
            "added_at": one.created_at.isoformat(),
            "last_used_at": one.last_used_at.isoformat() if one.last_used_at else "",
        }


def _browsers(user: User) -> Iterator[Mapping[str, object]]:
    for one in TrustedBrowser.objects.filter(user=user):
        yield {
            "device": device_name(one.user_agent),
            "user_agent": one.user_agent,
            "ip": one.ip or "",
            "trusted_at": one.trusted_at.isoformat(),
            "last_used_at": one.last_used_at.isoformat() if one.last_used_at else "",
            "until": one.until.isoformat(),
        }
