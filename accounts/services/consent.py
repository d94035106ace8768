"""Legal documents: who accepted what."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from accounts.client import Origin
from accounts.errors import DocumentChanged, TermsRequired
from accounts.models import Acceptance, LegalDocument, SecurityEvent, User
from accounts.selectors import documents_to_accept
from accounts.services.documents import carry_over
from events import log
from ground import clock
from ground.errors import NotFound

ACCEPT_PATH = "/api/v1/me/acceptances/"
NOWHERE = Origin()


def accept_terms(
    *, user: User, kinds: Iterable[str], now: datetime, ip: str | None = None, user_agent: str = ""
) -> None:
    """Record that `user` accepted the versions in force of `kinds` now. What was accepted before stays as it was."""
    documents = LegalDocument.objects.in_force(now).filter(kind__in=list(kinds))
    _record(user=user, documents=documents, now=now, origin=Origin(ip, user_agent))


def accept_document(
    *, user: User, kind: str, version: int, now: datetime, ip: str | None = None, user_agent: str = ""
) -> Acceptance:
    """Record that `user` accepted the version they were shown; accepting twice answers the first record.

    Raises: see accept_documents.
    """
    (acceptance,) = accept_documents(
        user=user, versions={kind: version}, now=now, origin=Origin(ip, user_agent)
    )
    return acceptance


def accept_documents(
    *, user: User, versions: Mapping[str, int], now: datetime, origin: Origin = NOWHERE
) -> list[Acceptance]:
    """Record that `user` accepted these versions (by kind), all or none; twice answers the first records.

    The version must be in force, or announced: whoever has read it may accept it before it starts.

    Raises:
        NotFound: no document of a kind is in force.
        DocumentChanged: another version is in force now; nothing was recorded.
    """
    documents = [_shown(kind, version, now) for kind, version in versions.items()]
    known = set(user.acceptances.values_list("document_id", flat=True))
    with transaction.atomic():
        _record(user=user, documents=documents, now=now, origin=origin)
        for document in documents:
            if document.pk not in known:
                _note(user, document, origin)
    accepted = Acceptance.objects.filter(user=user, document__in=documents)
    return list(accepted.select_related("document").order_by("document__kind"))


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


def accept_page(kinds: Iterable[str]) -> str:
    """The page on which a person accepts the documents of `kinds`."""
    return f"{reverse('accounts:accept')}?kinds={','.join(kinds)}"


def _terms_required(documents: Iterable[LegalDocument]) -> TermsRequired:
    described = [describe(document) for document in documents]
    return TermsRequired(
        documents=described,
        accept={"method": "POST", "path": ACCEPT_PATH},
        page=accept_page([str(document["kind"]) for document in described]),
    )


def _shown(kind: str, version: int, now: datetime) -> LegalDocument:
    current = LegalDocument.objects.in_force(now).filter(kind=kind).first()
    if current is None:
        raise NotFound()
    if current.version == version:
        return current
    coming = LegalDocument.objects.coming(now).filter(kind=kind, version=version).first()
    if coming is None:
        raise DocumentChanged(document=describe(current))
    return coming


def _record(*, user: User, documents: Iterable[LegalDocument], now: datetime, origin: Origin) -> None:
    rows = [
        Acceptance(
            user=user, document=document, accepted_at=now, ip=origin.ip, user_agent=origin.user_agent[:300]
        )
        for document in documents
    ]
    with transaction.atomic():
        before = Acceptance.objects.filter(user=user).count()
        Acceptance.objects.bulk_create(rows, ignore_conflicts=True)
        _carry_on(user, [row.document for row in rows], now)
        if rows and Acceptance.objects.filter(user=user).count() > before:
            body = {"documents": [row.document_id for row in rows]}
            log.publish(f"user:{user.pk}", "consent.accepted", body)


def _carry_on(user: User, accepted: list[LegalDocument], now: datetime) -> None:
    """Whoever accepts a version was, with it, told of the announced ones after it that ask for nothing."""
    kinds = {document.kind: document.version for document in accepted}
    later = LegalDocument.objects.published().filter(kind__in=kinds, needs_acceptance=False)
    for document in later.order_by("version"):
        if document.version > kinds[document.kind]:
            carry_over(document, now=now, user=user)


def _note(user: User, document: LegalDocument, origin: Origin) -> None:
    """One line of the account's activity."""
    SecurityEvent.objects.create(
        user=user,
        kind="document_accepted",
        at=clock.wall(),
        ip=origin.ip,
        user_agent=origin.user_agent,
        facts={"title": document.title, "version": document.version},
    )
