"""What accounts knows about a person: for their export, and how it is erased."""

from collections.abc import Iterable, Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import connection
from django.db.models import QuerySet

from accounts import pictures
from accounts.hooks import ExportPart, StoredFile
from accounts.models import (
    AntiPhishingPhrase,
    AuthenticatorDevice,
    OwedMail,
    Phone,
    SecurityEvent,
    User,
    WantedTopic,
)
from accounts.sessions import device_name

ROWS_AT_ONCE = 500


def export(person: User) -> Iterator[ExportPart]:
    """The parts of a person's export that accounts has."""
    yield ExportPart("profile", "Who you are here, and what others see of you.", [_profile(person)])
    yield ExportPart("email-addresses", "Your addresses, and which are confirmed.", _addresses(person))
    yield ExportPart("former-handles", "What you were called before.", _former_handles(person))
    yield ExportPart(
        "terms-accepted", "What you accepted, in which version, when and from where.", _accepted(person)
    )
    yield ExportPart("sessions", "Where you are signed in.", _sessions(person))
    yield ExportPart(
        "mails", "The mails we sent you lately, and the optional ones you asked for.", _mails(person)
    )
    yield ExportPart("security-events", "What happened to your account.", _events(person))


def stored_files(person: User) -> Iterator[StoredFile]:
    """The uploaded avatar in its sizes; the largest is in the export."""
    for edge_px in pictures.EDGES_PX if person.avatar else ():
        label = f"avatar-{edge_px}.webp" if edge_px == max(pictures.EDGES_PX) else ""
        yield StoredFile("avatars", pictures.path(person.avatar, edge_px), label)


def erase(person: User) -> None:
    """Erase what hangs on a person in accounts; the row and its addresses are emptied last (services.leaving)."""
    SecurityEvent.objects.filter(user=person).delete()
    AuthenticatorDevice.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    UserSession.objects.filter(user=person).delete()
    person.groups.clear()
    person.user_permissions.clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_forget_where_accepted(%s)", [person.pk])


def addresses_of(person: User) -> list[str]:
    """Every address and number of a person: what is searched for in copies that name nobody else."""
    known = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    own = [person.email] if person.email else []
    numbers = Phone.objects.filter(user=person).values_list("number", flat=True)
    return sorted({*(email.lower() for email in (*own, *known)), *map(str, numbers)})


def streamed(rows: QuerySet[Any]) -> Iterator[Any]:
    """A person's rows, however many, a few hundred in memory at a time."""
    return rows.iterator(chunk_size=ROWS_AT_ONCE)


def _profile(person: User) -> dict[str, object]:
    phrase = AntiPhishingPhrase.objects.filter(user=person).first()
    return {
        "handle": person.handle,
        "email": person.email,
        "display_name": person.display_name,
        "bio": person.bio,
        "avatar": person.avatar,
        "country": person.country,
        "language": person.language,
        "time_zone": person.time_zone,
        "birth_date": person.birth_date,
        "joined_at": person.joined_at,
        "last_signed_in_at": person.last_login,
        "creator_since": person.creator_since,
        "closed_at": person.deactivated_at,
        "anti_phishing_phrase": phrase.phrase if phrase else "",
        "number_in_the_books": str(person.ledger_id),
    }


def _addresses(person: User) -> Iterable[dict[str, object]]:
    for row in streamed(EmailAddress.objects.filter(user=person).order_by("pk")):
        yield {"email": row.email, "is_confirmed": row.verified, "is_primary": row.primary}


def _former_handles(person: User) -> Iterable[dict[str, object]]:
    for row in streamed(person.former_handles.order_by("changed_at")):
        yield {"handle": row.handle, "changed_at": row.changed_at, "leads_to_you_until": row.held_until}


def _accepted(person: User) -> Iterable[dict[str, object]]:
    for row in streamed(person.acceptances.select_related("document").order_by("accepted_at", "pk")):
        yield {
            "document": row.document.kind,
            "title": row.document.title,
            "version": row.document.version,
            "accepted_at": row.accepted_at,
            "ip": row.ip,
            "user_agent": row.user_agent,
        }


def _sessions(person: User) -> Iterable[dict[str, object]]:
    for row in streamed(UserSession.objects.filter(user=person).order_by("pk")):
        yield {
            "device": device_name(row.user_agent),
            "user_agent": row.user_agent,
            "ip": row.ip,
            "since": row.created_at,
            "last_seen_at": row.last_seen_at,
        }


def _events(person: User) -> Iterable[dict[str, object]]:
    for row in streamed(SecurityEvent.objects.filter(user=person).order_by("pk")):
        yield {
            "kind": row.kind,
            "at": row.at,
            "ip": row.ip,
            "user_agent": row.user_agent,
            "facts": row.facts,
        }


def _mails(person: User) -> Iterable[dict[str, object]]:
    for topic in WantedTopic.objects.filter(user=person).order_by("pk"):
        yield {"mail": f"topic you asked for: {topic.topic}", "at": topic.since, "sent_at": None}
    for mail in streamed(OwedMail.objects.filter(user=person).order_by("pk")):
        yield {"mail": mail.kind, "at": mail.owed_at, "sent_at": mail.sent_at}
