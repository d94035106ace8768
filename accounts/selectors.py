"""Reads about people."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator

from accounts.guardian_budget import Budget, budget_of
from accounts.models import Acceptance, Guardianship, LegalDocument, User


def has_second_factor(user: User) -> bool:
    """Whether `user` has enrolled an authenticator. Recovery codes alone are none."""
    return bool(
        Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
    )


def documents_in_force(now: datetime) -> list[LegalDocument]:
    """The version in force of each kind."""
    return list(LegalDocument.objects.in_force(now))


def documents_to_accept(user: User, kinds: list[str], now: datetime) -> list[LegalDocument]:
    """Of `kinds`, the versions in force that `user` has not accepted."""
    in_force = LegalDocument.objects.in_force(now).filter(kind__in=kinds)
    accepted = set(user.acceptances.filter(document__kind__in=kinds).values_list("document_id", flat=True))
    return [document for document in in_force if document.pk not in accepted]


def documents_coming(now: datetime) -> list[LegalDocument]:
    """Versions that are announced and start later."""
    return list(LegalDocument.objects.coming(now))


def coming_for(user: User, now: datetime) -> list[LegalDocument]:
    """Announced versions that `user` has not accepted ahead, and that ask for it. One query."""
    coming = LegalDocument.objects.coming(now).filter(needs_acceptance=True)
    return list(coming.exclude(acceptances__user=user))


def previous_version(document: LegalDocument) -> LegalDocument | None:
    """The version before `document` that people saw."""
    earlier = LegalDocument.objects.published().filter(kind=document.kind, version__lt=document.version)
    return earlier.order_by("-version").first()


@dataclass(frozen=True)
class ToAccept:
    """One document that a person is asked for: its new version, and the one they accepted before, if any."""

    document: LegalDocument
    accepted: LegalDocument | None


def documents_with_last(user: User, documents: list[LegalDocument]) -> list[ToAccept]:
    """For each of `documents` the newest earlier version of its kind that `user` accepted. One query."""
    last: dict[str, Acceptance] = {}
    mine = user.acceptances.filter(document__kind__in=[document.kind for document in documents])
    for acceptance in mine.select_related("document").order_by("document__version"):
        last[acceptance.document.kind] = acceptance
    return [
        ToAccept(document, last[document.kind].document if document.kind in last else None)
        for document in documents
    ]


def guardian_budget(user: User) -> Budget | None:
    """What the guardian of `user` allows now; None without one. Whoever sets a budget of one's own asks this."""
    standing = Guardianship.objects.filter(minor=user).exclude(state=Guardianship.State.ENDED).first()
    return None if standing is None else budget_of(standing)
