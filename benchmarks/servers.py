"""PostgreSQL and Valkey for the benchmarks: thrown away afterwards, but as durable as a real installation's.

They live in the checkout's own `.data-bench/`, because the folder for temporary files may be in memory, where a
commit costs nothing.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.harness import say
from stack.environment import ROOT, without_superuser
from stack.files import private_folder
from stack.keyring import Keyring, load
from stack.ports import LOOPBACK, free_port
from stack.postgres import DATABASE, OWNER, RUNTIME, SUPERUSER, Postgres
from stack.services import Ports, Services

FOLDER = ROOT / ".data-bench"
# Room for the working set, and no checkpoint in the middle of a round; nothing that a crash could lose.
TUNING = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "30min"}


class Servers:
    """The two running servers, with one migrated database that each benchmark gets a copy of."""

    def __init__(self, data: Path, keyring: Keyring, services: Services, provider_port: int) -> None:
        assert services.postgres is not None, "benchmarks never run on a database that the environment names"
        self.data = data
        self._keyring = keyring
        self._services = services
        self._postgres: Postgres = services.postgres
        self._provider_port = provider_port

    def prepare(self) -> None:
        """This will migrate the first database, install what every installation starts with, and static files."""
        for command in ("migrate", "install_defaults", "collectstatic"):
            owner = {"OVATION_DB_ROLE": "owner"} if command == "migrate" else {}
            arguments = [command, "--verbosity=0", *(["--no-input"] if command != "install_defaults" else [])]
            environment = self.environment(DATABASE) | owner
            subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)

    @contextmanager
    def copy(self, name: str) -> Iterator[dict[str, str]]:
        """This will give the environment of a fresh copy of the database, dropped at the end."""
        self._postgres.make_database(name, DATABASE)
        try:
            yield self.environment(name)
        finally:
            with self._superuser() as superuser:
                superuser.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )

    def environment(self, database: str) -> dict[str, str]:
        """What a program of ours needs here; and the superuser's address, for yardsticks and set-based loads."""
        return {
            **without_superuser(dict(os.environ)),
            **self._services.environment(),
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self._postgres.url(RUNTIME, database),
            "DATABASE_OWNER_URL": self._postgres.url(OWNER, database),
            "OVATION_SUPERUSER_URL": self._postgres.url(SUPERUSER, database),
            "OVATION_MODE": "demo",
            "OVATION_DATA": str(self.data),
            "OVATION_SECRET_KEY": self._keyring.django_key,
            "OVATION_FERNET_KEYS": self._keyring.fernet_keys,
            "OVATION_DEMO_TOKEN": secrets.token_urlsafe(16),
            "OVATION_STATIC_ROOT": str(self.data / "static"),
            "OVATION_LOG_LEVEL": "WARNING",
            "STRIPE_SECRET_KEY": self._keyring.stripe_key,
            "STRIPE_API_HOST": f"http://{LOOPBACK}:{self._provider_port}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    @contextmanager
    def _superuser(self) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
        with psycopg.connect(self._postgres.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            yield connection


@contextmanager
def running() -> Iterator[Servers]:
    """This will start both servers on an empty data folder, and leave neither process nor file behind."""
    with tempfile.TemporaryDirectory(prefix="run-", dir=private_folder(FOLDER)) as folder:
        data = Path(folder)
        keyring, taken = load(data), set[int]()
        ports = Ports(postgres=free_port(taken), valkey=free_port(taken))
        services = Services(data, ports, keyring)
        try:
            services.start()
            servers = Servers(data, keyring, services, free_port(taken))
            _tune(servers)
            services.stop()
            services.start()
            say(f"servers of their own on {LOOPBACK}, migrating")
            servers.prepare()
            yield servers
        finally:
            services.stop()
            shutil.rmtree(data / "postgres", ignore_errors=True)


def _tune(servers: Servers) -> None:
    with servers._superuser() as superuser:
        for name, value in TUNING.items():
            superuser.execute(
                sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
            )
