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


def of_files(data: Path) -> str:
    """This will name the state of the checkout's files; take it before anything reads them."""
    digest = hashlib.sha256(f"{mode()} {data.absolute()}\n".encode())
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS and not name.startswith(".data"))
        for name in sorted(files):
            if name.endswith(SUFFIXES):
                facts = os.stat(os.path.join(folder, name))
                digest.update(f"{folder}/{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def is_prepared(data: Path, files: str, schema: str) -> bool:
    """This will say whether `config.prepare` has run for exactly these files and left this very schema."""
    note = data / NOTE
    return note.exists() and note.read_text() == f"{files} {schema}"


def note_prepared(data: Path, files: str, schema: str) -> None:
    """This will remember that it has."""
    write_private(data / NOTE, f"{files} {schema}")


def forget(data: Path) -> None:
    """This will make the next start prepare again: somebody changed the database by hand."""
    (data / NOTE).unlink(missing_ok=True)
