"""Reads about people."""

from datetime import datetime

from allauth.account.internal.userkit import filter_users_by_email
from allauth.mfa.models import Authenticator

from accounts.models import LegalDocument, User


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


def people_of(login: str) -> list[User]:
    """Whom an email address or a number (E.164) leads to, proved or not: one person at most, if active."""
    if "@" in login:
        people: list[User] = filter_users_by_email(
            login, is_active=True, prefer_verified=True, for_login=True
        )
        return people
    person = person_by_phone_or_claim(login)
    return [person] if person is not None and person.is_active else []


def person_by_phone(number: str) -> User | None:
    """The person whom `number` belongs to."""
    return User.objects.filter(phone__number=number, phone__verified_at__isnull=False).first()


def person_by_phone_or_claim(number: str) -> User | None:
    """The person whom `number` belongs to; if nobody, who claimed it last."""
    people = User.objects.filter(phone__number=number)
    return people.order_by("phone__verified_at", "-phone__claimed_at").first()  # an empty date comes last
