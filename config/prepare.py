"""Everything between an empty database and a start: `python -m config.prepare`.

Django's own start costs more than most of these steps, so they share one; the migration, which alone may hold the
owner's rights, runs in a process of its own that starts up beside this one.
"""

import os
import subprocess
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent


def prepare() -> None:
    """Migrate, fill the demo, install the defaults, collect the static files.

    Raises:
        subprocess.CalledProcessError: the migration failed; nothing after it was begun.
    """
    migration = _start_migration()
    django.setup()
    _finish(migration)
    if settings.OVATION_MODE == "demo":
        call_command("seed_demo", verbosity=0)  # its past begins before the defaults would
    call_command("install_defaults", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def _start_migration() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 (our own program)
        [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity=0"],
        env={**os.environ, "OVATION_DB_ROLE": "owner"},
    )


def _finish(migration: subprocess.Popen[bytes]) -> None:
    code = migration.wait()
    if code != 0:
        raise subprocess.CalledProcessError(code, "manage.py migrate")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    prepare()
