"""What cases know of a person: for their export, before they close the account, and to erase it."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from uuid import UUID

from accounts.hooks import ExportPart, Hindrance
from accounts.models import User
from care.models import CaseChange, CaseFile, CaseItem, CaseMessage, Freeze, SupportCase
from care.states import SubjectKind


def export_parts(person: User) -> list[ExportPart]:
    """Cases, what was said in them (not what operators noted), and reports."""
    return [
        ExportPart("support-cases", "Your support cases and how each went.", _cases(person)),
        ExportPart("support-messages", "What you and support wrote to each other.", _messages(person)),
        ExportPart(
            "support-files",
            "The files in your cases; they are in the folder files/support.",
            _files(person),
        ),
        ExportPart(
            "money-stopped",
            "When your money was stopped after a report.",
            _freezes(person),
        ),
    ]


def closing_hindrances(person: User) -> list[Hindrance]:
    """Money that is stopped waits for support's decision, a case for our answer."""
    stopped = Freeze.objects.filter(person=person, lifted_at=None).select_related("case")
    awaited = SupportCase.objects.filter(person=person).ours()
    return [
        Hindrance(
            code="money_stopped",
            message=f"Your money is stopped because of case {freeze.case.reference}.",
            next_step="Support decides about it first; you can write in the case.",
            url=f"/support/{freeze.case.reference}/",
        )
        for freeze in stopped
    ] + [
        Hindrance(
            code="awaited_case",
            message=f"Case {case.reference} waits for our answer.",
            next_step="Wait for it, or say in the case that it is solved.",
            url=f"/support/{case.reference}/",
        )
        for case in awaited
    ]


def needed_events(event_ids: Sequence[int]) -> set[int]:
    """The lines of people's activity that a case is about: whoever reads the case sees them beside it."""
    refs = [str(event_id) for event_id in event_ids]
    items = CaseItem.objects.filter(kind=SubjectKind.SIGN_IN, ref__in=refs)
    return {int(ref) for ref in items.values_list("ref", flat=True)}


def erase_person(person: User) -> None:
    """Take every word and file out of the person's cases; that there were cases, when and of which kind stays.

    What they wrote as an operator in other people's cases belongs to those.
    """
    cases = SupportCase.objects.filter(person=person)
    CaseFile.objects.filter(message__case__in=cases).delete()
    CaseMessage.objects.filter(case__in=cases).exclude(body="").update(body="")
    CaseChange.objects.filter(case__in=cases).exclude(reason="").update(reason="")


def _cases(person: User) -> Iterator[dict[str, object]]:
    for case in SupportCase.objects.filter(person=person).prefetch_related("items").iterator(500):
        yield {
            "reference": case.reference,
            "kind": case.kind,
            "state": case.state,
            "opened_at": case.opened_at,
            "solved_at": case.solved_at,
            "about": " ".join(str(item) for item in case.items.all()),
        }


def _messages(person: User) -> Iterator[dict[str, object]]:
    said = CaseMessage.objects.filter(case__person=person, is_internal=False).select_related("case")
    for message in said.order_by("case_id", "id").iterator(500):
        yield {
            "case": message.case.reference,
            "from": "support" if message.is_support else "you",
            "at": message.at,
            "words": message.body,
        }


def _files(person: User) -> Iterator[dict[str, object]]:
    files = CaseFile.objects.filter(message__case__person=person, message__is_internal=False)
    for file in (
        files.select_related("message__case").defer("content").order_by("message_id", "name").iterator(500)
    ):
        yield {
            "case": file.message.case.reference,
            "name": file.name,
            "media_type": file.media_type,
            "size_bytes": file.size_bytes,
        }


def file_contents(person: User) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The files in the person's cases, one in memory at a time."""
    files = CaseFile.objects.filter(message__case__person=person, message__is_internal=False)
    for file in files.select_related("message__case").defer("content").order_by("pk").iterator(500):
        name = f"support/{file.message.case.reference}-{str(file.pk)[:8]}-{file.name}"
        yield name, partial(_content, file.pk)


def _content(file_id: UUID) -> bytes:
    return bytes(CaseFile.objects.values_list("content", flat=True).get(pk=file_id))


def _freezes(person: User) -> Iterator[dict[str, object]]:
    for freeze in Freeze.objects.filter(person=person).select_related("case").iterator(500):
        yield {"case": freeze.case.reference, "since": freeze.since, "lifted_at": freeze.lifted_at}
