"""A person asks for a copy of their data and gets it; nobody else does."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from care.archive import Archive
from care.models import DataExport
from care.services import exports
from gifts.models import Gift
from gifts.services import send_gift
from ground import clock
from ground.batches import settle
from live.batch import MESSAGE, Say
from live.models import Room
from tests.fixtures.gifts import Fund
from tests.fixtures.races import Race

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/api/v1/data-exports/"


def built(user: User) -> DataExport:
    """Asked for, and built by what the worker runs."""
    export = exports.ask_for_export(user=user, now=clock.wall())
    exports.build_export(export_id=export.pk)
    export.refresh_from_db()
    assert export.state == "ready", export.error
    return export


def give(fan: User, room: Room) -> None:
    """One rose."""
    send_gift(
        sender=fan, room_id=room.pk, gift="test-rose", quantity=1, coins=10, key=str(uuid4()), now=clock.now()
    )


def speak(author: User, room: Room, *texts: str) -> None:
    """Several messages in one batch."""
    with transaction.atomic():
        said = [Say(author_id=author.pk, room_id=room.pk, text=text, key=str(uuid4())) for text in texts]
        settle(MESSAGE, said, now=clock.now())


def zip_of(export: DataExport) -> zipfile.ZipFile:
    with storages["exports"].open(export.file) as content:
        return zipfile.ZipFile(io.BytesIO(content.read()))


def rows(archive: zipfile.ZipFile, part: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(archive.read(f"data/{part}.json"))
    return found


def test_the_zip_has_everything_as_json_and_csv_and_a_page(
    fan: User,
    room: Room,
    rose: Gift,
    fund: Fund,
) -> None:
    fund(fan, 100)
    give(fan, room)
    speak(fan, room, "=1+1 says hello")

    archive = zip_of(built(fan))

    assert rows(archive, "profile")[0]["email"] == "alice@example.com"
    assert [row["coins"] for row in rows(archive, "orders")] == [100]
    assert [(row["to"], row["coins"]) for row in rows(archive, "gifts-sent")] == [("Bob", 10)]
    assert [
        (line["account"], line["change"], line["counter_account"]) for line in rows(archive, "books")
    ] == [
        ("coins", 100, "coins.issued"),
        ("coins", -10, "coins.redeemed"),
    ]
    table = list(csv.DictReader(io.StringIO(archive.read("data/chat-messages.csv").decode())))
    assert [row["text"] for row in table] == ["'=1+1 says hello"]
    page = archive.read("index.html").decode()
    assert "@alice" in page
    assert "=1+1 says hello" in page
    assert "<script" not in page
    assert "http" not in page.split("</style>")[1]
    assert archive.testzip() is None


def test_others_are_named_as_everybody_sees_them(
    fan: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    give(fan, room)
    archive = zip_of(built(creator))
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert rows(archive, "gifts-received")[0]["from"] == "Alice"
    assert "alice@example.com" not in everything
    assert str(fan.ledger_id) not in everything


def test_asking_twice_answers_the_one_that_is_built(fan: User) -> None:
    first = exports.ask_for_export(user=fan, now=clock.wall())
    assert exports.ask_for_export(user=fan, now=clock.wall()) == first
    assert DataExport.objects.count() == 1


def test_of_four_who_ask_at_once_one_is_built(fan: User, race: Race) -> None:
    found = race(4, lambda: exports.ask_for_export(user=fan, now=clock.wall()).pk)
    assert len(set(found)) == 1
    assert DataExport.objects.count() == 1


def test_three_a_day_are_enough(fan: User, as_user: Callable[[User], APIClient]) -> None:
    for _ in range(3):
        built(fan)
    refused = as_user(fan).post(URL)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_exports")
    assert refused["Retry-After"] == "86400"
    assert DataExport.objects.count() == 3


def test_a_worker_that_was_killed_leaves_it_to_the_next(fan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    export = exports.ask_for_export(user=fan, now=clock.wall())
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "finish", _die)
        with pytest.raises(SystemExit):
            exports.build_export(export_id=export.pk)
    exports.build_export(export_id=export.pk)  # its lease still stands
    export.refresh_from_db()
    assert (export.state, export.tries) == ("building", 1)

    DataExport.objects.update(leased_until=clock.wall() - timedelta(seconds=1))
    exports.build_export(export_id=export.pk)
    export.refresh_from_db()
    assert (export.state, export.tries) == ("ready", 2)
    assert [path.name for path in folder().iterdir()] == [export.file]


def _die(*_: Any) -> None:
    raise SystemExit


def folder() -> Path:
    return Path(settings.PRIVATE_ROOT) / "exports"


@pytest.fixture(autouse=True)
def _empty_folder() -> None:
    folder().mkdir(parents=True, exist_ok=True)
    for path in folder().iterdir():
        path.unlink()


def test_a_failure_is_tried_again_later(fan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    export = exports.ask_for_export(user=fan, now=clock.wall())
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "finish", _break)
        exports.build_export(export_id=export.pk)
    export.refresh_from_db()
    assert (export.state, export.error, export.lease) == ("building", "OSError", None)
    assert export.due_at is not None
    assert export.due_at > clock.wall() + timedelta(seconds=50)


def _break(*_: Any) -> None:
    raise OSError("no space left")


def test_after_seven_days_the_file_is_deleted(fan: User, as_user: Callable[[User], APIClient]) -> None:
    export = built(fan)
    exports.sweep_exports(now=clock.wall() + timedelta(days=6, hours=23))
    assert len(list(folder().iterdir())) == 1
    exports.sweep_exports(now=clock.wall() + timedelta(days=7, minutes=1))
    export.refresh_from_db()
    assert (export.state, export.file, list(folder().iterdir())) == ("expired", "", [])
    gone = as_user(fan).get(f"{URL}{export.pk}/file/")
    assert (gone.status_code, gone.json()["code"]) == (409, "export_not_ready")


def test_only_the_person_themself_gets_it(
    fan: User, stranger: User, as_user: Callable[[User], APIClient], verified_client: Callable[..., APIClient]
) -> None:
    export = built(fan)
    address = f"{URL}{export.pk}/"
    assert APIClient().get(f"{address}file/").status_code == 401
    for path in (address, f"{address}file/"):
        assert verified_client(stranger).get(path).status_code == 404
    mine = as_user(fan).get(f"{address}file/")
    content = b"".join(mine.streaming_content)  # type: ignore[attr-defined]
    assert (mine.status_code, mine["Content-Type"], len(content)) == (
        200,
        "application/zip",
        export.size_bytes,
    )
    assert mine["Cache-Control"] == "private, no-store"


def test_with_a_second_factor_it_must_be_fresh(
    creator: User, as_user: Callable[[User], APIClient], verified_client: Callable[..., APIClient]
) -> None:
    old = verified_client(creator, age_s=301).post(URL)
    assert (old.status_code, old.json()["code"]) == (401, "step_up_required")
    assert as_user(creator).post(URL).json()["code"] == "step_up_required"
    assert DataExport.objects.count() == 0
    assert verified_client(creator).post(URL).status_code == 201


def test_progress_is_told_while_it_is_built(fan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    export = exports.ask_for_export(user=fan, now=clock.wall())
    seen: list[tuple[int, str]] = []
    keep = exports._keep

    def watched(*arguments: Any, **progress: Any) -> None:
        keep(*arguments, **progress)
        row = DataExport.objects.get()
        seen.append((row.parts_done, row.part))

    monkeypatch.setattr(exports, "_keep", watched)
    exports.build_export(export_id=export.pk)
    export.refresh_from_db()
    assert {part for _, part in seen} >= {"profile", "orders"}
    assert seen[-1][0] == export.parts_total == export.parts_done
    assert sorted(seen, key=lambda pair: pair[0]) == seen


def test_the_number_of_queries_does_not_grow_with_the_rows(fan: User, room: Room) -> None:
    speak(fan, room, *(f"line {number}" for number in range(10)))
    few = queries_of_building(fan)
    speak(fan, room, *(f"more {number}" for number in range(1_000)))
    assert queries_of_building(fan) - few <= 4  # two rows of progress, and the export before


def queries_of_building(user: User) -> int:
    export = exports.ask_for_export(user=user, now=clock.wall())
    with CaptureQueriesContext(connection) as queries:
        exports.build_export(export_id=export.pk)
    return len(queries)
