"""A start prepares again after a change of the files, the cluster or its migrations, and only then."""

from pathlib import Path

import pytest

from stack import freshness

SCHEMA = "cluster 1, 51 migrations"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "checkout"
    (folder / "gifts" / "sql").mkdir(parents=True)
    (folder / "gifts" / "sql" / "send.sql").write_text("SELECT 1;")
    monkeypatch.setattr(freshness, "ROOT", folder)
    return folder


def test_what_was_prepared_stays_so_until_a_file_changes(checkout: Path, tmp_path: Path) -> None:
    before = freshness.of_files(tmp_path)
    assert not freshness.is_prepared(tmp_path, before, SCHEMA)
    freshness.note_prepared(tmp_path, before, SCHEMA)
    assert freshness.is_prepared(tmp_path, freshness.of_files(tmp_path), SCHEMA)
    (checkout / "gifts" / "sql" / "send.sql").write_text("SELECT 2; ")
    assert not freshness.is_prepared(tmp_path, freshness.of_files(tmp_path), SCHEMA)


def test_another_database_under_the_same_files_is_prepared_again(checkout: Path, tmp_path: Path) -> None:
    files = freshness.of_files(tmp_path)
    freshness.note_prepared(tmp_path, files, SCHEMA)
    assert not freshness.is_prepared(tmp_path, files, "cluster 2, 51 migrations")
    assert not freshness.is_prepared(tmp_path, files, "cluster 1, 50 migrations")


def test_a_change_by_hand_is_forgotten_preparation(checkout: Path, tmp_path: Path) -> None:
    files = freshness.of_files(tmp_path)
    freshness.note_prepared(tmp_path, files, SCHEMA)
    freshness.forget(tmp_path)
    assert not freshness.is_prepared(tmp_path, files, SCHEMA)
