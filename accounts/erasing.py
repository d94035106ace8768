"""What of mails, devices and former handles a person takes along, and what goes when they are erased."""

from collections.abc import Iterable

from accounts.hooks import ExportPart
from accounts.models import (
    AntiPhishingPhrase,
    FormerHandle,
    KnownDevice,
    OwedMail,
    User,
    WantedTopic,
)
from accounts.sessions import device_name

ROWS_AT_ONCE = 500


def erase_mails(person: User) -> None:
    """Erase mails with what they say, the topics asked for, and the phrase. A mail owed afterwards still goes out."""
    OwedMail.objects.filter(user=person).delete()
    WantedTopic.objects.filter(user=person).delete()
    AntiPhishingPhrase.objects.filter(user=person).delete()


def erase_devices(person: User) -> None:
    """Know none of the person's devices any more."""
    KnownDevice.objects.filter(user=person).delete()


def export_devices(person: User) -> Iterable[ExportPart]:
    """The devices that the person signed in from."""
    rows = (
        {
            "device": device_name(device.user_agent),
            "user_agent": device.user_agent,
            "first_seen_at": device.first_seen_at,
            "last_seen_at": device.last_seen_at,
        }
        for device in KnownDevice.objects.filter(user=person).order_by("pk").iterator(ROWS_AT_ONCE)
    )
    yield ExportPart("known-devices", "What you signed in from; anything else is told you by mail.", rows)


def erase_handles(person: User) -> None:
    """Let go of the handles that the person gave up; nothing leads from them any more."""
    FormerHandle.objects.filter(user=person).delete()
