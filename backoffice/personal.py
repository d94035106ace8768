"""What the back office's own log says of a person."""

from collections.abc import Iterable, Iterator

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from accounts.hooks import ExportPart
from accounts.models import User
from accounts.personal import addresses_of, streamed

ERASED = "An erased person"


def export(person: User) -> Iterator[ExportPart]:
    """What operators did to the person's account."""
    yield ExportPart("operators-log", "What operators of this site noted about your account.", _log(person))


def erase(person: User) -> None:
    """What was done stays; whom it names goes. Before the person's row is emptied, as names are searched for."""
    named = Q(object_repr__iregex=_names(person)) | Q(change_message__iregex=_names(person))
    LogEntry.objects.filter(Q(pk__in=_of(person).values("pk")) | named).update(
        object_repr=ERASED, change_message=""
    )


def _of(person: User) -> "QuerySet[LogEntry]":
    people = ContentType.objects.get_for_model(User)
    return LogEntry.objects.filter(content_type=people, object_id=str(person.pk))


def _names(person: User) -> str:
    """The person's handle as it is written in the log, and their addresses, as one expression."""
    words = [f"@{person.handle}", *addresses_of(person)]
    escaped = "|".join(word.replace(".", r"\.").replace("+", r"\+") for word in words)
    return rf"(?<![A-Za-z0-9._%+-])({escaped})(?![A-Za-z0-9_.-])"


def _log(person: User) -> Iterable[dict[str, object]]:
    for entry in streamed(_of(person).order_by("pk")):
        yield {"at": entry.action_time, "what": str(entry)}
