"""A person's trusted browsers in their export, and gone when they are erased."""

from collections.abc import Iterable, Iterator, Mapping

from accounts import hooks
from accounts.models import TrustedBrowser, User
from accounts.sessions import device_name


def connect() -> None:
    """Register this module's part of the hooks."""
    hooks.export_parts.register(export_parts)
    hooks.erase_person.register(erase_person)


def export_parts(user: User) -> Iterable[hooks.ExportPart]:
    """Where the person signs in without the second factor; the cookies' hashes say nothing to them."""
    about = "Browsers that are not asked for the second factor at sign-in."
    return [hooks.ExportPart("trusted-browsers", about, _browsers(user))]


def erase_person(user: User) -> None:
    """Forget the browsers, with their addresses."""
    TrustedBrowser.objects.filter(user=user).delete()


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
