"""Legal documents: who accepted what."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.errors import DocumentChanged, TermsRequired
from accounts.models import Acceptance, LegalDocument, SecurityEvent, User
from accounts.selectors import documents_to_accept
from ground import clock
from ground.errors import NotFound

ACCEPT_PATH = "/api/v1/me/acceptances/"


def accept_terms(*, user: User, kinds: Iterable[str], now: datetime, ip: str | None = None) -> None:
    """Record that `user` accepted the versions in force of `kinds` now. What was accepted before stays as it was."""
    documents = LegalDocument.objects.in_force(now).filter(kind__in=list(kinds))
    _record(user=user, documents=documents, now=now, ip=ip)


def accept_document(
    *, user: User, kind: str, version: int, now: datetime, ip: str | None = None
) -> Acceptance:
    """Record that `user` accepted the version they were shown; accepting twice answers the first record.

    Raises:
        NotFound: no document of this kind is in force.
        DocumentChanged: another version is in force now; nothing was recorded.
    """
    document = LegalDocument.objects.in_force(now).filter(kind=kind).first()
    if document is None:
        raise NotFound()
    if document.version != version:
        raise DocumentChanged(document=describe(document))
    is_new = document in documents_to_accept(user, [kind], now)
    with transaction.atomic():
        _record(user=user, documents=[document], now=now, ip=ip)
        if is_new:
            facts = {"title": document.title, "version": document.version}
            SecurityEvent.objects.create(
                user=user, kind="document_accepted", at=clock.wall(), ip=ip, facts=facts
            )
    return Acceptance.objects.select_related("document").get(user=user, document=document)


def require_current_terms(*, user: User, kinds: Iterable[str], now: datetime) -> None:
    """Let `user` through only if they accepted the version in force of each of `kinds`.

    Raises:
        TermsRequired: with the documents that are missing.
    """
    missing = documents_to_accept(user, list(kinds), now)
    if missing:
        raise _terms_required(missing)


def current_terms_required(now: datetime) -> TermsRequired:
    """The refusal for whom the database found not to have accepted the terms in force."""
    return _terms_required(LegalDocument.objects.in_force(now).filter(kind=LegalDocument.Kind.TERMS))


def describe(document: LegalDocument) -> dict[str, str | int]:
    """What a program needs to show `document` and to accept it."""
    return {
        "kind": document.kind,
        "version": document.version,
        "title": document.title,
        "url": reverse("accounts:legal-document", args=[document.kind]),
    }


def _terms_required(documents: Iterable[LegalDocument]) -> TermsRequired:
    return TermsRequired(
        documents=[describe(document) for document in documents],
        accept={"method": "POST", "path": ACCEPT_PATH},
    )


def _record(*, user: User, documents: Iterable[LegalDocument], now: datetime, ip: str | None) -> None:
    rows = [Acceptance(user=user, document=document, accepted_at=now, ip=ip) for document in documents]
    with transaction.atomic():
        Acceptance.objects.bulk_create(rows, ignore_conflicts=True)
