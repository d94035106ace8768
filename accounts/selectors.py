"""Reads about people."""

from datetime import datetime
from typing import cast

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from accounts.models import LegalDocument, User
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


def wanted_topics(user: User) -> set[str]:
    """The topics whose optional mails `user` asked for."""
    return set(user.wanted_topics.values_list("topic", flat=True))
