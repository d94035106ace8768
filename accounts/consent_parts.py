"""What consent knows about a person: for their export, and for erasing."""

from collections.abc import Iterable

from django.db import connection

from accounts.hooks import ExportPart, erase_person, export_parts
from accounts.models import GuardianAsk, GuardianRecord, Guardianship, SpendingFreeze, User


def register() -> None:
    """Join the hooks of accounts."""
    export_parts.register(parts)
    erase_person.register(erase)


def parts(user: User) -> Iterable[ExportPart]:
    """Two files: freezes, guardian. Acceptances are exported and forgotten where the rest of accounts is."""
    yield ExportPart("spending-freezes", "When and why your spending was frozen.", _freezes(user))
    yield ExportPart(
        "guardian", "Whom you asked to be your guardian, and what they allowed.", _guardian(user)
    )


def erase(user: User) -> None:
    """Take away what names the person or their guardian; that there was consent, and when, stays."""
    GuardianAsk.objects.filter(minor=user).update(guardian_email="", ip=None, user_agent="")
    Guardianship.objects.filter(minor=user).update(guardian_email="", guardian_name="")
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_forget_guardian(%s)", [user.pk])


def _freezes(user: User) -> Iterable[dict[str, object]]:
    for row in SpendingFreeze.objects.filter(user=user):
        yield {
            "reason": row.reason,
            "at": row.at.isoformat(),
            "lifted_at": row.lifted_at and row.lifted_at.isoformat(),
        }


def _guardian(user: User) -> Iterable[dict[str, object]]:
    """The guardian's own address and device are theirs, and are left out."""
    for ask in GuardianAsk.objects.filter(minor=user):
        yield {"what": "asked", "at": ask.asked_at.isoformat(), "whom": ask.guardian_email, "budget": None}
    for row in GuardianRecord.objects.filter(guardianship__minor=user):
        yield {"what": row.kind, "at": row.at.isoformat(), "whom": row.guardian_email, "budget": row.budget}
