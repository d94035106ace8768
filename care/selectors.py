"""What people and operators read of cases. Each function is a fixed number of queries, however long the thread."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import User
from care import subjects
from care.models import CannedReply, CaseChange, CaseFile, CaseMessage, Freeze, SupportCase
from care.states import INTERNAL
from care.subjects import Subject
from ground.errors import NotFound


@dataclass(frozen=True)
class Thread:
    """A case with all that was said and done, for one reader."""

    case: SupportCase
    messages: list[CaseMessage]
    changes: list[CaseChange]
    subjects: list[Subject]
    freeze: Freeze | None  # the stop that stands because of this case


def cases_of(person: User) -> QuerySet[SupportCase]:
    """A person's cases, newest first."""
    return SupportCase.objects.filter(person=person).order_by("-opened_at", "-id")


def thread_of(person: User, reference: str) -> Thread:
    """One of the person's own cases, as they may read it.

    Raises:
        NotFound: there is no such case of this person.
    """
    case = SupportCase.objects.filter(person=person, reference=reference).select_related("person").first()
    if case is None:
        raise NotFound
    return _thread(case, is_support=False)


def thread_for_support(case_id: int) -> Thread:
    """A case with the notes and steps of operators.

    Raises:
        NotFound: there is none.
    """
    cases = SupportCase.objects.select_related("person", "assigned_to")
    case = cases.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return _thread(case, is_support=True)


def readable_file(reader: User, file_id: object, *, is_verified: bool) -> CaseFile:
    """A file, for the person of its case, and for support in a session with a second factor.

    Raises:
        NotFound: there is none, or the reader may not.
    """
    file = CaseFile.objects.select_related("message__case").filter(pk=file_id).first()
    if file is None:
        raise NotFound
    is_theirs = file.message.case.person_id == reader.pk and not file.message.is_internal
    is_support = is_verified and reader.is_staff and reader.has_perm("care.answer_case")
    if not (is_theirs or is_support):
        raise NotFound
    return file


def open_freeze(person: User) -> Freeze | None:
    """The stop of the person's money, if there is one."""
    return Freeze.objects.filter(person=person, lifted_at=None).select_related("case").first()


def canned_replies(case: SupportCase) -> list[tuple[str, str]]:
    """(title, words filled in) of what support often answers, those for this kind of case first."""
    replies = CannedReply.objects.filter(Q(kind="") | Q(kind=case.kind), is_active=True)
    ordered = sorted(replies, key=lambda reply: (reply.kind == "", reply.title))
    return [(reply.title, reply.filled(case)) for reply in ordered]


def other_cases(case: SupportCase, *, limit: int = 10) -> list[SupportCase]:
    """The person's other cases, newest first."""
    return list(cases_of(case.person).exclude(pk=case.pk)[:limit])


def _thread(case: SupportCase, *, is_support: bool) -> Thread:
    files = Prefetch("files", CaseFile.objects.defer("content"))
    said = case.messages.select_related("author").prefetch_related(files).order_by("id")
    done = case.changes.select_related("actor").order_by("number")
    if not is_support:
        said, done = said.filter(is_internal=False), done.exclude(step__in=INTERNAL)
    freeze = case.freezes.filter(lifted_at=None).select_related("proposed_by", "person").first()
    return Thread(
        case=case,
        messages=list(said),
        changes=list(done),
        subjects=subjects.of_items(case.person, case.items.order_by("id")),
        freeze=freeze,
    )
