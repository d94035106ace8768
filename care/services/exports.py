"""A person asks for a copy of their data; a worker builds it; after seven days it is deleted."""

import hashlib
import logging
import secrets
import tempfile
import uuid
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO

from django.core.files import File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from accounts import hooks
from accounts.models import User
from accounts.services import record_security_event
from care.archive import Archive
from care.data_errors import ExportNotReady, TooManyExports
from care.mails import tell
from care.models import DataExport
from care.models.exports import KEPT
from care.traces import provider_ids_of
from ground import clock
from ground.errors import NotFound
from provider import redaction
from provider.nudge import nudge

logger = logging.getLogger(__name__)
State = DataExport.State

A_DAY, MOST_A_DAY = timedelta(days=1), 3
LEASE = timedelta(seconds=120)  # renewed every few hundred rows: one that ends belongs to a dead worker
SWEPT_AT_ONCE = 100
STORAGE = "exports"


class LeaseLost(Exception):
    """Another worker took the export over, or its person was erased meanwhile."""


def ask_for_export(*, user: User, now: datetime) -> DataExport:
    """Have a copy of `user`'s data built. While one is being built, asking again answers that one.

    Opens its own transaction. `now` in wall time.

    Raises:
        TooManyExports: three within a day.
    """
    running = Q(state__in=[State.REQUESTED, State.BUILDING])
    asked = DataExport.objects.filter(user=user)
    if found := asked.filter(running).first():
        return found
    if asked.filter(asked_at__gt=now - A_DAY).count() >= MOST_A_DAY:
        raise TooManyExports(retry_after_s=int(A_DAY.total_seconds()))
    try:
        with transaction.atomic(durable=True):
            export = DataExport.objects.create(user=user, asked_at=now, due_at=now)
            record_security_event(user=user, kind="data_export_requested", now=now)
            nudge("care.tasks.build_export", str(export.pk))
    except IntegrityError:  # asked twice in this very moment
        return asked.filter(running).get()
    return export


def exports_of(user: User) -> "QuerySet[DataExport]":
    """A person's exports, newest first."""
    return DataExport.objects.filter(user=user).order_by("-asked_at", "-id")


def export_of(user: User, export_id: uuid.UUID) -> DataExport:
    """One export of this person.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = exports_of(user).filter(pk=export_id).first()
    if found is None:
        raise NotFound
    return found


def open_export(*, user: User, export_id: uuid.UUID, now: datetime) -> tuple[DataExport, IO[bytes]]:
    """The file of an export, for the person it is about and nobody else.

    Raises:
        NotFound: it is somebody else's, or none.
        ExportNotReady: it is not built yet, or its days are over.
    """
    export = export_of(user, export_id)
    if not export.is_ready(now):
        raise ExportNotReady
    try:
        return export, storages[STORAGE].open(export.file)
    except FileNotFoundError as error:
        raise ExportNotReady from error


def build_export(*, export_id: uuid.UUID) -> None:
    """Build the ZIP, unless it is built or another worker is at it. A worker that is killed leaves it to the next."""
    lease = _claim(export_id)
    if lease is None:
        return
    try:
        _build(export_id, lease)
    except LeaseLost:
        logger.warning("export %s was taken over, or is not wanted any more", export_id)
    except Exception as error:  # whatever breaks, the next sweep tries again, later each time
        logger.exception("export %s was not built", export_id)
        _postpone(export_id, lease, error)


def sweep_exports(*, now: datetime) -> None:
    """Wake what no worker has, and delete the files whose days are over."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    due = DataExport.objects.filter(free, due_at__lte=now).order_by("due_at")
    running = due.filter(state__in=[State.REQUESTED, State.BUILDING])
    for export_id in list(running.values_list("pk", flat=True)[:SWEPT_AT_ONCE]):
        nudge("care.tasks.build_export", str(export_id))
    for export_id in list(due.filter(state=State.READY).values_list("pk", flat=True)[:SWEPT_AT_ONCE]):
        _expire(export_id)


def _claim(export_id: uuid.UUID) -> uuid.UUID | None:
    wall = clock.wall()
    free = Q(leased_until=None) | Q(leased_until__lte=wall)
    with transaction.atomic(durable=True):
        rows = DataExport.objects.select_for_update(no_key=True, skip_locked=True)
        wanted = rows.filter(free, pk=export_id, state__in=[State.REQUESTED, State.BUILDING])
        export = wanted.first()
        if export is None:
            return None
        left_over, export.file = export.file, f"{secrets.token_urlsafe(32)}.zip"
        export.state, export.tries, export.rows, export.parts_done = State.BUILDING, export.tries + 1, 0, 0
        export.lease, export.leased_until = uuid.uuid4(), wall + LEASE
        export.save()
    if left_over:
        storages[STORAGE].delete(left_over)
    return export.lease


def _build(export_id: uuid.UUID, lease: uuid.UUID) -> None:
    export = DataExport.objects.select_related("user").get(pk=export_id)
    with tempfile.TemporaryFile() as target:
        _write(export, lease, target)
        digest, size = hashlib.file_digest(_from_start(target), "sha256").hexdigest(), target.tell()
        _keep(export, lease)  # last moment to hear that nobody wants it
        storages[STORAGE].save(export.file, File(_from_start(target)))
    now = clock.wall()
    with transaction.atomic(durable=True):
        done = DataExport.objects.filter(pk=export_id, lease=lease, state=State.BUILDING).update(
            state=State.READY, ready_at=now, expires_at=now + KEPT, due_at=now + KEPT, size_bytes=size,
            sha256=digest, part="", error="", lease=None, leased_until=None,
        )  # fmt: skip
        if done:
            tell(user=export.user, kind="data_export_ready", facts={"days": KEPT.days}, now=now)
    if not done:
        storages[STORAGE].delete(export.file)
        raise LeaseLost


def _write(export: DataExport, lease: uuid.UUID, target: IO[bytes]) -> None:
    person = export.user
    parts = [part for parts in hooks.export_parts.call_all(person) for part in parts]
    parts.append(_from_provider(person))
    _keep(export, lease, parts_total=len(parts))
    with Archive(target) as archive:
        for number, part in enumerate(parts):
            _keep(export, lease, part=part.name, parts_done=number)
            archive.add_part(part, lambda rows: _keep(export, lease, rows=F("rows") + rows))
        for file in (file for files in hooks.stored_files.call_all(person) for file in files if file.label):
            if storages[file.storage].exists(file.name):
                with storages[file.storage].open(file.name) as content:
                    archive.add_file(file.label, content)
        for label, read in (one for found in hooks.file_contents.call_all(person) for one in found):
            archive.add_file(label, BytesIO(read()))
        archive.finish({"person": person, "made_at": clock.wall()})
    _keep(export, lease, part="", parts_done=len(parts))


def _from_provider(person: User) -> hooks.ExportPart:
    about = "What the payment provider told us about your payments and payouts, as it stands here."
    return hooks.ExportPart("payment-provider", about, redaction.copies(provider_ids_of(person)))


def _keep(export: DataExport, lease: uuid.UUID, **progress: object) -> None:
    """Tell how far it is, and keep the lease.

    Raises:
        LeaseLost: somebody else has it now.
    """
    mine = DataExport.objects.filter(pk=export.pk, lease=lease, state=State.BUILDING)
    if not mine.update(leased_until=clock.wall() + LEASE, **progress):
        raise LeaseLost


def _postpone(export_id: uuid.UUID, lease: uuid.UUID, error: Exception) -> None:
    export = DataExport.objects.get(pk=export_id)
    pause = timedelta(seconds=min(3600, 30 * 2 ** min(export.tries, 10)))
    DataExport.objects.filter(pk=export_id, lease=lease).update(
        error=type(error).__name__, due_at=clock.wall() + pause, lease=None, leased_until=None
    )


def _expire(export_id: uuid.UUID) -> None:
    """Delete the file, then say so: a crash in between deletes it once more."""
    export = DataExport.objects.get(pk=export_id)
    if export.file:
        storages[STORAGE].delete(export.file)
    DataExport.objects.filter(pk=export_id, state=State.READY).update(
        state=State.EXPIRED, file="", due_at=None, size_bytes=0, sha256=""
    )


def _from_start(target: IO[bytes]) -> IO[bytes]:
    target.seek(0)
    return target
