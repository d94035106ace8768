"""The house a proof lives in: PostgreSQL with full durability, Valkey, web processes; killed and started again."""

import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from stack import programs, template
from stack.environment import ROOT
from stack.errors import StackError
from stack.files import tail
from stack.keyring import load
from stack.ports import LOOPBACK, free_port
from stack.postgres import DATABASE, RUNTIME, SUPERUSER, Postgres
from stack.process import Program, ask_to_stop, finish, kill_orphans, spawn
from stack.services import Ports, Services
from stack.valkey import Valkey

# What a person's shell, or a test run around us, may name: none of it is ours to touch.
FOREIGN = ("DATABASE_", "REDIS_", "OVATION_", "STRIPE_", "FAKESTRIPE_", "PYTEST_", "DJANGO_", "EMAIL_")
PROBE_EVERY_S = 0.1
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 1.0
UP_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 5.0
GIFTS_PER_S = "200"  # of one person: the hot ones send more than a person would
ASGI = "config.asgi:application"


@dataclass
class Server:
    """One process that may be killed. `up_since` is None while it is not known to serve."""

    name: str
    program: Callable[[], Program]
    is_up: Callable[[], bool]
    process: "subprocess.Popen[bytes]"
    up_since: float | None = None
    deaths: int = 0  # in a row, without having been up
    again_at: float = 0.0
    probed_at: float = 0.0

    def look_after(self, now: float) -> None:
        """This will notice a death, start it again after a pause, and notice when it serves."""
        if self.process.poll() is not None:
            if self.up_since is not None or self.again_at <= 0:
                self.up_since = None
                self.again_at = now + min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**self.deaths)
                self.deaths += 1
            elif now >= self.again_at:
                finish([self.process], timeout_s=0)
                self.process, self.again_at = spawn(self.program()), 0.0
        elif self.up_since is None and now - self.probed_at > PROBE_EVERY_S:
            self.probed_at = now
            if self.is_up():
                self.up_since, self.deaths = time.monotonic(), 0

    def note_down(self) -> None:
        """This will forget that it serves: something happened to it."""
        self.up_since = None


class House:
    """Starts everything in `folder`, keeps it alive, and stops it."""

    def __init__(self, folder: Path, gateways: int, asgi: str = ASGI) -> None:
        for name in [name for name in os.environ if name.startswith(FOREIGN)]:
            del os.environ[name]
        self.folder = folder
        self._keyring = template.unpack(folder) or load(folder)
        taken: set[int] = set()
        ports = Ports(postgres=free_port(taken), valkey=free_port(taken))
        self.ports = [free_port(taken) for _ in range(gateways)]
        self._asgi = asgi
        self._nobody = free_port(taken)  # listens there: no gift asks the provider
        self.services = Services(folder, ports, self._keyring, durable=True)
        assert self.services.postgres
        assert self.services.valkey
        self.postgres: Postgres = self.services.postgres
        self.valkey: Valkey = self.services.valkey
        self.servers: dict[str, Server] = {}
        self._others: list[subprocess.Popen[bytes]] = []

    def start_servers(self) -> None:
        """This will start PostgreSQL and Valkey, with a fresh migrated database."""
        running = self.services.start()
        template.make(self.folder, self.services, self.environment())
        self.postgres.execute(f"DROP DATABASE {DATABASE}")  # empty
        self.postgres.execute(f"ALTER DATABASE {template.TEMPLATE} RENAME TO {DATABASE}")
        (_, postgres), (_, valkey) = running
        now = time.monotonic()
        self.servers = {
            "postgres": Server("postgres", self.postgres.program, self._database_answers, postgres, now),
            "valkey": Server("valkey", self.valkey.program, lambda: self.valkey.is_ready(0), valkey, now),
        }

    def start_gateways(self) -> None:
        """This will start the web processes and wait until they serve."""
        for number, port in enumerate(self.ports):
            name, program = f"gateway {number}", partial(self._web, number, port)
            self.servers[name] = Server(name, program, healthy(port), spawn(program()))
        self.wait_until_up()

    def wait_until_up(self) -> None:
        """This will keep restarting until everything serves.

        Raises:
            StackError: something does not come back.
        """
        deadline = time.monotonic() + UP_TIMEOUT_S
        while down := [server for server in self.look_after() if server.up_since is None]:
            if time.monotonic() > deadline:
                log = down[0].program().log
                raise StackError(f"{down[0].name} is not up again. The end of {log}:\n{tail(log)}")
            time.sleep(0.02)

    def look_after(self) -> list[Server]:
        """This will start again what died; call it often."""
        now = time.monotonic()
        for server in self.servers.values():
            server.look_after(now)
        return list(self.servers.values())

    def run_inside(self, module: str, *words: str) -> None:
        """This will run a part of the proof inside Django, to its end.

        Raises:
            StackError: it failed.
        """
        process = self.begin(module, ["prove.inside", module, str(self.folder), *words])
        if process.wait() != 0:
            raise StackError(
                f"{module} failed. The end of its log:\n{tail(self.folder / f'{module}.log', 60)}"
            )

    def begin(self, name: str, words: list[str]) -> "subprocess.Popen[bytes]":
        """This will start a helper of the proof: a module and its arguments."""
        argv = [sys.executable, "-m", *words]
        process = spawn(Program(name, argv, self.environment(), ROOT, self.folder / f"{name}.log"))
        self._others.append(process)
        return process

    def kill(self, victim: str) -> None:
        """This will kill -9 now. `backend` is PostgreSQL's process that serves the latest gift."""
        if victim == "backend":
            os.kill(self._drain_backend(), signal.SIGKILL)
            self.servers["postgres"].note_down()
        elif victim == "cluster":
            kill_family(self.servers["postgres"].process.pid)
        else:
            self.servers[victim].process.kill()

    def stop(self) -> None:
        """This will stop everything that is left."""
        servers = list(self.servers.values())
        for process in (*self._others, *(server.process for server in servers[2:])):
            process.kill()
        for server in servers[:2]:
            ask_to_stop(server.process, server.program().stop_signal)
        finish([server.process for server in servers], STOP_TIMEOUT_S)
        kill_orphans()

    def sql(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """This will run one statement as the superuser and give its rows."""
        with psycopg.connect(self.postgres.url(SUPERUSER), autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), parameters or None)
            return cursor.fetchall() if cursor.description else []

    def environment(self) -> dict[str, str]:
        """What every program of this house needs."""
        return {
            **os.environ,
            **self.services.environment(),
            "PYTHONPATH": str(ROOT),
            "OVATION_MODE": "demo",
            "OVATION_DATA": str(self.folder),
            "OVATION_STATIC_ROOT": str(self.folder / "static"),
            "OVATION_SECRET_KEY": self._keyring.django_key,
            "OVATION_FERNET_KEYS": self._keyring.fernet_keys,
            "OVATION_DEMO_TOKEN": secrets.token_urlsafe(16),
            "OVATION_CLOCK_FILE": str(self.folder / "clock.json"),
            "STRIPE_SECRET_KEY": self._keyring.stripe_key,
            "STRIPE_API_HOST": f"http://{LOOPBACK}:{self._nobody}",
            "STRIPE_WEBHOOK_SECRET": "whsec_of_a_proof_that_hears_no_webhook",
            "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_of_a_proof_that_hears_no_webhook",
            "OVATION_GIFTS_PER_S": GIFTS_PER_S,
        }

    def _web(self, number: int, port: int) -> Program:
        program = programs.web(
            {**self.environment(), "OVATION_SITE_URL": f"http://{LOOPBACK}:{port}"},
            self.folder / f"gateway-{number}.log",
            port,
        )
        argv = [self._asgi if word == ASGI else word for word in program.argv]
        assert self._asgi in argv, argv
        return Program(program.name, argv, program.env, program.cwd, program.log)

    def _database_answers(self) -> bool:
        try:
            with psycopg.connect(self.postgres.url(RUNTIME), connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def _drain_backend(self) -> int:
        """The process that works, or worked last, for the settling of gifts."""
        found = self.sql(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = %s"
            " ORDER BY application_name = 'ovation-gateway' DESC, state = 'active' DESC, query_start DESC LIMIT 1",
            [RUNTIME],
        )
        if not found:
            raise StackError("no backend of the database is at work")
        return int(found[0][0])


def healthy(port: int) -> Callable[[], bool]:
    """The question whether the program at `port` says that it serves."""

    def ask() -> bool:
        try:
            address = f"http://{LOOPBACK}:{port}/healthz"
            with urllib.request.urlopen(address, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return ask


def kill_family(parent: int) -> None:
    """This will kill a process and every one it started, as when the machine's memory is taken away."""
    family = [parent]
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == parent:
                family.append(int(path.parent.name))
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
