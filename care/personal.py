"""What care knows about a person: for their export, and how it is erased."""

from collections.abc import Iterable, Iterator

from accounts.hooks import ExportPart, StoredFile
from accounts.models import User
from accounts.personal import streamed
from care.models import Closing, DataExport
from care.services.exports import STORAGE


def export(person: User) -> Iterator[ExportPart]:
    """The parts of a person's export that care has."""
    yield ExportPart("data-exports", "The copies of your data that you asked for.", _exports(person))
    yield ExportPart("closings", "When you closed your account, and when you came back.", _closings(person))


def stored_files(person: User) -> Iterator[StoredFile]:
    """The ZIPs: not in the export, but to be deleted."""
    rows = DataExport.objects.filter(user=person).exclude(file="")
    for name in rows.values_list("file", flat=True):
        yield StoredFile(STORAGE, name)


def erase(person: User) -> None:
    """No export is ready any more, and a worker that is building one hears that nobody wants it."""
    DataExport.objects.filter(user=person).update(
        state=DataExport.State.EXPIRED,
        file="",
        part="",
        error="",
        sha256="",
        size_bytes=0,
        due_at=None,
        lease=None,
        leased_until=None,
    )


def _exports(person: User) -> Iterable[dict[str, object]]:
    for export in streamed(DataExport.objects.filter(user=person).order_by("asked_at", "id")):
        yield {
            "export": export.pk,
            "state": export.state,
            "asked_at": export.asked_at,
            "ready_at": export.ready_at,
            "expires_at": export.expires_at,
            "size_bytes": export.size_bytes,
            "sha256": export.sha256,
        }


def _closings(person: User) -> Iterable[dict[str, object]]:
    for closing in streamed(Closing.objects.filter(user=person).order_by("asked_at", "id")):
        yield {
            "closing": closing.pk,
            "state": closing.state,
            "asked_at": closing.asked_at,
            "erase_at": closing.erase_at,
            "taken_back_at": closing.cancelled_at,
        }
