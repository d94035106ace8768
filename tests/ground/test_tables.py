"""Tables created together are the tables that the same operations create one by one."""

from collections.abc import Callable

import pytest
from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from ground.tables import CreateTogether

ID = ("id", models.BigAutoField(primary_key=True))
OPERATIONS: list[Operation] = [
    migrations.CreateModel("Song", [ID, ("seconds", models.IntegerField())]),
    migrations.CreateModel("Album", [ID]),
    migrations.AddField("song", "album", models.ForeignKey("ground.Album", models.PROTECT)),
    migrations.AddConstraint(
        "song", models.CheckConstraint(condition=models.Q(seconds__gt=0), name="ground_song_seconds_positive")
    ),
    migrations.AddIndex("song", models.Index(fields=["seconds"], name="ground_song_seconds")),
]  # fmt: skip


def test_the_state_is_the_same_as_after_each_operation() -> None:
    together, one_by_one = ProjectState(), ProjectState()
    CreateTogether(OPERATIONS).state_forwards("ground", together)
    for operation in OPERATIONS:
        operation.state_forwards("ground", one_by_one)
    assert together == one_by_one


@pytest.mark.django_db
def test_each_table_is_created_complete_and_foreign_keys_come_last() -> None:
    said = _statements(CreateTogether(OPERATIONS).database_forwards, backwards=False)
    assert [" ".join(words.split()[:3]) for words in said] == [
        'CREATE TABLE "ground_song"',
        'CREATE TABLE "ground_album"',
        'ALTER TABLE "ground_song"',
        'CREATE INDEX "ground_song_album_id_9139914d"',
        'CREATE INDEX "ground_song_seconds"',
    ]
    assert '"album_id" bigint NOT NULL' in said[0]
    assert 'CONSTRAINT "ground_song_seconds_positive" CHECK ("seconds" > 0)' in said[0]
    assert 'FOREIGN KEY ("album_id") REFERENCES "ground_album" ("id")' in said[2]


@pytest.mark.django_db
def test_the_way_back_drops_the_tables_last_one_first() -> None:
    said = _statements(CreateTogether(OPERATIONS).database_backwards, backwards=True)
    assert said == ['DROP TABLE "ground_album" CASCADE;', 'DROP TABLE "ground_song" CASCADE;']


def test_an_operation_on_a_table_of_before_is_refused() -> None:
    with pytest.raises(AssertionError):
        CreateTogether(OPERATIONS[2:])


def _statements(direction: Callable[..., None], *, backwards: bool) -> list[str]:
    before, after = ProjectState(), ProjectState()
    CreateTogether(OPERATIONS).state_forwards("ground", after)
    states = (after, before) if backwards else (before, after)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        direction("ground", editor, *states)
    statements: list[str] = editor.collected_sql
    return statements
