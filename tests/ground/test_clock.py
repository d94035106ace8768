import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from ground import clock


@pytest.fixture
def clock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "clock.json"
    monkeypatch.setenv("OVATION_CLOCK_FILE", str(path))
    return path


def move(path: Path, offset_s: int) -> None:
    """As the provider writes it: a new file put in the old one's place."""
    replacement = path.with_suffix(".new")
    replacement.write_text(json.dumps({"offset_s": offset_s}))
    os.replace(replacement, path)


def test_without_a_file_both_clocks_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OVATION_CLOCK_FILE", raising=False)

    assert clock.offset_s() == 0
    assert abs(clock.now() - clock.wall()) < timedelta(seconds=1)


def test_a_file_that_is_not_there_yet_means_no_offset(clock_file: Path) -> None:
    assert clock.offset_s() == 0


def test_a_moved_clock_is_seen_at_once_and_again_when_it_moves_again(clock_file: Path) -> None:
    move(clock_file, 8 * 86_400)
    assert timedelta(days=7, hours=23) < clock.now() - clock.wall() < timedelta(days=8, hours=1)

    move(clock_file, -86_400)
    assert clock.offset_s() == -86_400


def test_the_wall_clock_never_moves(clock_file: Path) -> None:
    before = clock.wall()
    move(clock_file, 86_400)

    assert clock.wall() - before < timedelta(seconds=5)
