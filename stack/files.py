"""Files of the data folder: private ones, written whole or not at all."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def private_folder(path: Path) -> Path:
    """This will make `path` (and its parents) a folder only its owner can enter."""
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    return path


def write_private(path: Path, text: str) -> None:
    """This will put `text` into `path`, mode 0600, in one step: a reader sees the old file or the new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp makes mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, content: dict[str, Any]) -> None:
    """This will write `content` as JSON, mode 0600."""
    write_private(path, json.dumps(content, indent=2) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """This will read a JSON object; a file that is not there reads as an empty one."""
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    assert isinstance(content, dict), path
    return content


def tail(path: Path, lines: int = 30) -> str:
    """This will give the last lines of a log, indented, for a message."""
    try:
        content = path.read_bytes()[-20_000:].decode("utf-8", "replace")
    except FileNotFoundError:
        return "    (no log was written)"
    return "\n".join("    " + line for line in content.splitlines()[-lines:]) or "    (the log is empty)"
