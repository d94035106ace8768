"""The migrated template database of the tests, and a copy of it kept so that the next run need not migrate.

The copy is a stopped server's data folder, in the checkout's own private `.data-test/`, named by a hash of everything
the schema is made from. Its server ran without fsync, so a copy counts only until the machine's next boot.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.environment import ROOT
from stack.errors import StackError
from stack.files import private_folder
from stack.keyring import Keyring, load
from stack.services import Services

TEMPLATE = "ovation_template"
CACHE = ROOT / ".data-test"
KEPT_COPIES = 2
SCHEMA_FILES = (
    "*/migrations/*.py",
    "*/djstripe_migrations/*.py",
    "**/sql/**/*.sql",
    "*/models.py",
    "*/apps.py",
)
OTHER_FILES = ("config/settings.py", "requirements.txt")


def unpack(data: Path) -> Keyring | None:
    """This will put the kept copy into `data` and return its secrets; None when there is no copy of this schema."""
    with _locked(fcntl.LOCK_SH):
        copy = CACHE / _schema_hash()
        if not copy.exists():
            return None
        copy.touch()
        shutil.copytree(copy, data, symlinks=True, dirs_exist_ok=True)
    return load(data)


def make(data: Path, services: Services, environment: dict[str, str]) -> None:
    """This will migrate the template database as the owner role, unless the unpacked copy holds it already."""
    postgres = services.postgres
    assert postgres is not None, "tests never run on a database that the environment names"
    if postgres.has_database(TEMPLATE):
        return
    postgres.make_database(TEMPLATE)
    addresses = {"DATABASE_OWNER_URL": postgres.url("ovation_owner", TEMPLATE), "OVATION_DB_ROLE": "owner"}
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env={**environment, **addresses, "DATABASE_URL": postgres.url("ovation_app", TEMPLATE)},
    )
    if done.returncode != 0:
        raise StackError("The migrations failed on an empty database; the lines above say why. No test ran.")
    services.stop()
    _keep(data)
    services.start()


def _keep(data: Path) -> None:
    with _locked(fcntl.LOCK_EX):
        copy = CACHE / _schema_hash()
        partial = CACHE / f"partial-{os.getpid()}"
        private_folder(partial)
        shutil.copytree(data / "postgres", partial / "postgres", symlinks=True)
        shutil.copy2(data / "secrets.json", partial / "secrets.json")
        if copy.exists():
            shutil.rmtree(copy)
        partial.rename(copy)
        folders = sorted(
            (f for f in CACHE.iterdir() if f.is_dir()), key=lambda f: f.stat().st_mtime, reverse=True
        )
        for old in folders[KEPT_COPIES:]:
            shutil.rmtree(old)


def _schema_hash() -> str:
    digest = hashlib.sha256()
    boot = Path("/proc/sys/kernel/random/boot_id")
    digest.update(boot.read_bytes() if boot.exists() else b"")
    paths = {path for pattern in SCHEMA_FILES for path in ROOT.glob(pattern) if ".venv" not in path.parts}
    for path in sorted(paths | {ROOT / name for name in OTHER_FILES}):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:24]


@contextmanager
def _locked(kind: int) -> Iterator[None]:
    with (private_folder(CACHE) / "lock").open("w") as lock:
        fcntl.flock(lock, kind)
        yield
