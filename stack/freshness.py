"""Whether an installation's database and static files are as the checkout's files want them, told without Django.

Django's start costs seconds; comparing the names, sizes and times of the checkout's files costs milliseconds.
"""

import hashlib
import os
from pathlib import Path

from stack.environment import ROOT, mode
from stack.files import write_private

NOTE = "prepared"
SUFFIXES = (
    ".py",
    ".sql",
    ".txt",
    ".css",
    ".js",
    ".svg",
    ".html",
    ".json",
    ".png",
    ".webp",
    ".woff2",
    ".mp4",
    ".m3u8",
)
NOT_OURS = {".git", ".venv", "tests", "docs", "node_modules", "__pycache__", "staticfiles"}


def is_prepared(data: Path) -> bool:
    """This will say whether `config.prepare` has run on this folder for exactly these files."""
    note = data / NOTE
    return note.exists() and note.read_text() == _state(data)


def note_prepared(data: Path) -> None:
    """This will remember that it has."""
    write_private(data / NOTE, _state(data))


def forget(data: Path) -> None:
    """This will make the next start prepare again: somebody changed the database by hand."""
    (data / NOTE).unlink(missing_ok=True)


def _state(data: Path) -> str:
    digest = hashlib.sha256(f"{mode()} {data.absolute()}".encode())
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS and not name.startswith(".data"))
        for name in sorted(files):
            if name.endswith(SUFFIXES):
                facts = os.stat(os.path.join(folder, name))
                digest.update(f"{folder}/{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
