"""Reads about people."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from allauth.account.internal.userkit import filter_users_by_email
from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from accounts.errors import PersonNotFound
from accounts.guardian_budget import Budget, budget_of
from accounts.handles import HANDLE_PATTERN
from accounts.models import Acceptance, FormerHandle, Guardianship, LegalDocument, User
from accounts.privacy import Viewer
from ledger import books


def has_second_factor(user: User) -> bool:
    """Whether `user` has enrolled an authenticator. Recovery codes alone are none."""
    return bool(factors_of(user).exists())


def factors_of(user: User) -> QuerySet[Authenticator]:
    """The authenticator app, passkeys and security keys of `user`, the first enrolled first."""
    rows = Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return cast(QuerySet[Authenticator], rows.order_by("created_at", "pk"))


def must_keep_a_factor(user: User) -> bool:
    """Whether the last factor must stay: operators, and creators who hold diamonds, reserved and held ones too."""
    if user.is_staff:
        return True
    balances = books.balances(user.ledger_id) if user.is_creator else {}
    return any(amount > 0 for (_, unit), amount in balances.items() if unit == books.DIAMOND)


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


def people_of(login: str) -> list[User]:
    """Whom an email address or a number (E.164) leads to, proved or not: one person at most, if active."""
    if "@" in login:
        people: list[User] = filter_users_by_email(
            login, is_active=True, prefer_verified=True, for_login=True
        )
        return people
    person = person_by_phone_or_claim(login)
    return [person] if person is not None and person.is_active else []


def recovery_address(user: User) -> str:
    """Where a code for a new password reaches `user`: the email address, or the number of who has none."""
    return user.email or str(user.phone.number)


def person_by_phone(number: str) -> User | None:
    """The person whom `number` belongs to."""
    return User.objects.filter(phone__number=number, phone__verified_at__isnull=False).first()


def person_by_phone_or_claim(number: str) -> User | None:
    """The person whom `number` belongs to; if nobody, who claimed it last."""
    people = User.objects.filter(phone__number=number)
    return people.order_by("phone__verified_at", "-phone__claimed_at").first()  # an empty date comes last


def person_shown(handle: str, *, viewer: Viewer, now: datetime) -> tuple[User, bool]:
    """Who is called `handle` now, or was until lately (True beside them), if they show themselves to `viewer`.

    Raises:
        PersonNotFound: nobody is, or they do not.
    """
    handle = handle.lower()
    if not re.fullmatch(HANDLE_PATTERN, handle):  # nobody can be called so
        raise PersonNotFound
    shown = User.objects.visible_to(viewer)
    person = shown.filter(handle=handle).first()
    if person is not None:
        return person, False
    held = FormerHandle.objects.held(now).filter(handle=handle).order_by("-changed_at")
    former = shown.filter(pk=held.values("user_id")[:1]).first()
    if former is None:
        raise PersonNotFound
    return former, True


def wanted_topics(user: User) -> set[str]:
    """The topics whose optional mails `user` asked for."""
    return set(user.wanted_topics.values_list("topic", flat=True))
