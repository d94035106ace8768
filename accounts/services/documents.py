"""The life of a legal document: drafted, scheduled and announced, in force, replaced."""

from datetime import datetime, timedelta

from celery import current_app
from django.db import connection, transaction
from django.db.models import Max
from django.utils.formats import date_format

from accounts.guardian_errors import AlreadyTold, IncompleteDraft, InvalidStart, NotADraft
from accounts.models import Acceptance, Announcement, LegalDocument, User
from accounts.services.mail import owe_mails
from ground import clock
from ground.errors import NotFound

DRAFT_FIELDS = frozenset({"title", "body", "summary", "needs_acceptance"})
TASK = "accounts.announce_documents"
MAILS_AT_ONCE = 500
TOLD_AT_ONCE = 5_000
CARRIED_FOR = timedelta(days=2)  # after the start; whoever accepts an earlier version later is carried then
ASKED = "You are asked to accept it the next time you buy, send a gift or cash out."
NOT_ASKED = "You need to do nothing: what you accepted stays accepted."


def draft_document(*, operator: User, kind: str, **text: str | bool) -> LegalDocument:
    """Begin the next version of `kind`, or change the one that is a draft. `text` are DRAFT_FIELDS.

    Joins the caller's transaction (admin opens one). Nobody sees a draft outside the back office.
    """
    assert text.keys() <= DRAFT_FIELDS, text
    with transaction.atomic():
        _lock_kind(kind)
        draft = LegalDocument.objects.filter(kind=kind, starts_at=None).first()
        if draft is None:
            last = LegalDocument.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
            draft = LegalDocument(kind=kind, version=last + 1)
        draft.drafted_by = operator
        for field, value in text.items():
            setattr(draft, field, value)
        draft.save()
    return draft


def discard_draft(*, document_id: int) -> None:
    """Throw a draft away.

    Raises:
        NotADraft: it is announced or in force.
    """
    with transaction.atomic(durable=True):
        _locked_draft(document_id).delete()


def schedule_document(
    *, operator: User, document_id: int, starts_at: datetime, now: datetime
) -> LegalDocument:
    """Give a draft its start and announce it: people see it from now on, and are told by mail.

    Opens its own transaction. `starts_at` and `now` in business time.

    Raises:
        NotADraft: it has a start already. IncompleteDraft: text or summary is missing.
        InvalidStart: not in the future, or not after every earlier version; nothing was changed.
    """
    with transaction.atomic(durable=True):
        draft = _locked_draft(document_id)
        if not draft.body.strip() or not draft.title.strip() or not draft.summary.strip():
            raise IncompleteDraft
        latest = LegalDocument.objects.filter(kind=draft.kind).aggregate(last=Max("starts_at"))["last"]
        if starts_at <= now or (latest is not None and starts_at <= latest):
            raise InvalidStart
        draft.starts_at = starts_at
        draft.save(update_fields=["starts_at"])
        Announcement.objects.create(document=draft, made_at=now, made_by=operator)
        transaction.on_commit(lambda: current_app.signature(TASK).delay(), robust=True)
    return draft


def withdraw_document(*, document_id: int, now: datetime) -> LegalDocument:
    """Make an announced version a draft again, before its start and before anybody's record rests on it.

    Raises:
        NotADraft: it has started, or is a draft. AlreadyTold: people accepted it or were recorded as told.
    """
    with transaction.atomic(durable=True):
        document = _find_locked(document_id)
        if document.starts_at is None or document.starts_at <= now:
            raise NotADraft
        if LegalDocument.objects.filter(kind=document.kind, version__gt=document.version).exists():
            raise NotADraft
        if document.acceptances.exists():
            raise AlreadyTold
        Announcement.objects.filter(document=document).delete()
        document.starts_at = None
        document.save(update_fields=["starts_at"])
    return document


def announce_some(*, now: datetime) -> int:
    """Go on telling people of announced versions: one bounded step for each; answer how many were told.

    Everybody with an account is owed the mail once. For a version that asks no acceptance, who accepted the one
    before gets a record that they were told, which counts as accepted.
    """
    told = 0
    unfinished = Announcement.objects.filter(finished_at=None).order_by("pk")
    for pk in list(unfinished.values_list("pk", flat=True)):
        told += _tell_some(pk, now)
    silent = LegalDocument.objects.filter(needs_acceptance=False, version__gt=1)
    for document in silent.filter(starts_at__gt=now - CARRIED_FOR):
        told += carry_over(document, now=now)
    return told


def carry_over(document: LegalDocument, *, now: datetime, user: User | None = None) -> int:
    """Record as told of `document` those who accepted (or were told of) the version before it; only `user`, if given.

    Bounded; the next run goes on. Answers how many.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _CARRY_OVER,
            {
                "document": document.pk,
                "kind": document.kind,
                "version": document.version,
                "now": now,
                "user": user.pk if user else None,
                "most": TOLD_AT_ONCE,
            },
        )
        return int(cursor.rowcount)


def _tell_some(pk: int, now: datetime) -> int:
    with transaction.atomic():
        announcement = (
            Announcement.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("document")
            .filter(pk=pk, finished_at=None)
            .first()
        )
        if announcement is None:
            return 0
        people = list(
            User.objects.filter(is_active=True, pk__gt=announcement.last_user_id).order_by("pk")[
                :MAILS_AT_ONCE
            ]
        )
        facts = announcement_facts(announcement.document)
        owe_mails(users=people, kind="consent/announced", facts=facts, now=clock.wall())
        announcement.told += len(people)
        if people:
            announcement.last_user_id = people[-1].pk
        if len(people) < MAILS_AT_ONCE:
            announcement.finished_at = now
        announcement.save()
    return len(people)


def announcement_facts(document: LegalDocument) -> dict[str, str]:
    """What the mail says of `document`."""
    assert document.starts_at is not None, "a draft is announced to nobody"
    return {
        "title": document.title,
        "starts_on": date_format(document.starts_at, "j F Y"),
        "summary": document.summary,
        "asked": ASKED if document.needs_acceptance else NOT_ASKED,
    }


def _locked_draft(document_id: int) -> LegalDocument:
    document = _find_locked(document_id)
    if document.starts_at is not None:
        raise NotADraft
    return document


def _find_locked(document_id: int) -> LegalDocument:
    found = LegalDocument.objects.filter(pk=document_id).first()
    if found is None:
        raise NotFound
    _lock_kind(found.kind)
    return LegalDocument.objects.select_for_update().get(pk=document_id)


def _lock_kind(kind: str) -> None:
    """Versions of one kind are made one after another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('legal document ' || %s, 0))", [kind])


_CARRY_OVER = f"""
    INSERT INTO accounts_acceptance (user_id, document_id, how, accepted_at)
    SELECT earlier.user_id, %(document)s, '{Acceptance.How.TOLD.value}', %(now)s
    FROM accounts_acceptance earlier
    WHERE earlier.document_id = (
        SELECT id FROM accounts_legaldocument
        WHERE kind = %(kind)s AND version < %(version)s AND starts_at IS NOT NULL ORDER BY version DESC LIMIT 1
    ) AND (%(user)s::bigint IS NULL OR earlier.user_id = %(user)s)
      AND NOT EXISTS (
        SELECT FROM accounts_acceptance own WHERE own.user_id = earlier.user_id AND own.document_id = %(document)s
    )
    ORDER BY earlier.user_id LIMIT %(most)s
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - one constant is filled in
