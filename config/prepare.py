"""Everything between an empty database and a start, in one process: `python -m config.prepare`.

Django's own start costs more than all of these steps on a prepared installation, so they share it.
"""

import os
import subprocess
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def prepare() -> None:
    """Migrate if something is missing, install the defaults, fill the demo, collect the static files."""
    if _is_behind():
        _migrate_as_owner()
    if settings.OVATION_MODE == "demo":
        call_command("seed_demo", verbosity=0)  # its past begins before the defaults would
    call_command("install_defaults", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    connection.close()
    return behind


def _migrate_as_owner() -> None:
    """Only a process of its own may hold the owner's rights; this one stays the runtime role."""
    subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--verbosity=0"],
        env={**os.environ, "OVATION_DB_ROLE": "owner"},
        check=True,
    )


if __name__ == "__main__":
    prepare()
