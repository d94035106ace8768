"""The embedded PostgreSQL: a cluster in the data folder, loopback only, passwords always, three roles."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from stack.binaries import NOBODY, become_nobody, without_root
from stack.errors import StackError
from stack.files import private_folder, tail
from stack.keyring import Keyring
from stack.ports import LOOPBACK
from stack.process import Program, spawn

SUPERUSER, OWNER, RUNTIME = "postgres", "ovation_owner", "ovation_app"
DATABASE = "ovation"
# Crash recovery of a busy database may take a while; a person watching would rather wait than lose it.
START_TIMEOUT_S, PREVIOUS_SERVER_TIMEOUT_S = 120.0, 10.0
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
SCHEMA_IDENTITY = """
SELECT system_identifier || ' ' || md5(string_agg(format('%s.%s %s', app, name, applied), ' ' ORDER BY id))
FROM pg_control_system(), django_migrations
GROUP BY system_identifier
"""
# For data nobody will miss: throw-away servers of the tests, where two processes may race 200 callers each.
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "500",
}


class Postgres:
    """One cluster: its files under `home`, its server on `port`."""

    def __init__(self, home: Path, port: int, keyring: Keyring, log: Path, *, durable: bool = True) -> None:
        self.home = home.absolute()
        self.port = port
        self.log = log.absolute()
        self.durable = durable
        self._keyring = keyring
        private_folder(self.home.parent)
        self.bin, self._before_exec = without_root(self.home)

    def url(self, role: str, database: str = DATABASE) -> str:
        """This will give the connection address of a role, password included."""
        return f"postgresql://{role}:{self._password(role)}@{LOOPBACK}:{self.port}/{database}"

    def prepare(self) -> bool:
        """This will make the cluster if it is not there; True when it made one."""
        self._wait_for_previous_server()
        if (self.home / "PG_VERSION").exists():
            return False
        passwords = self.home.parent / ".superuser-password"
        passwords.touch(mode=0o600)
        passwords.write_text(self._keyring.superuser_password)
        if self.home.exists() and any(self.home.iterdir()):  # an initdb that was interrupted
            shutil.rmtree(self.home)
        if self._before_exec is become_nobody:
            os.chown(passwords, NOBODY, NOBODY)
        try:
            self._run_initdb(passwords)
        finally:
            passwords.unlink()
        return True

    def program(self) -> Program:
        """This will describe the server to run; SIGINT is PostgreSQL's fast and clean stop."""
        settings = {**SETTINGS, "port": str(self.port), **({} if self.durable else THROW_AWAY)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            argv=[str(self.bin / "postgres"), "-D", str(self.home), *options],
            env=_environment(),
            cwd=self.home.parent,
            log=self.log,
            stop_signal=signal.SIGINT,
            before_exec=self._before_exec,
        )

    def start(self) -> "subprocess.Popen[bytes]":
        """This will start the server and return when it accepts connections."""
        process = spawn(self.program())
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.is_ready(process.pid):
            if process.poll() is not None:
                raise StackError(
                    f"PostgreSQL stopped while starting. The end of {self.log}:\n{tail(self.log)}"
                )
            if time.monotonic() > deadline:
                process.send_signal(signal.SIGQUIT)
                raise StackError(f"PostgreSQL was not ready after {START_TIMEOUT_S:.0f} s; see {self.log}")
            time.sleep(0.02)
        return process

    def is_ready(self, pid: int) -> bool:
        """This will read the server's own word, the last line of its pid file."""
        lines = self._pid_file()
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7] == "ready"

    def has_database(self, name: str = DATABASE) -> bool:
        """This will say whether the database is there."""
        return self.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == "1"

    def schema_identity(self) -> str:
        """This will name the cluster and the migrations it has seen; empty where there were none yet."""
        if self.execute("SELECT to_regclass('django_migrations') IS NULL", database=DATABASE) == "t":
            return ""
        return self.execute(SCHEMA_IDENTITY, database=DATABASE)

    def make_roles_and_database(self) -> None:
        """This will create the roles and the database `ovation`; safe to run again."""
        for role in (OWNER, RUNTIME):
            self.execute(
                f"SELECT 'CREATE ROLE {role} LOGIN' WHERE NOT EXISTS "
                f"(SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec\n"
                f"ALTER ROLE {role} PASSWORD :'password';",
                password=self._password(role),
            )
        self.make_database(DATABASE)

    def make_database(self, name: str, template: str = "template0") -> None:
        """This will create a database owned by the owner role with the default rights of sql/roles.sql."""
        self.execute(
            f"SELECT 'CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}' WHERE NOT EXISTS "
            f"(SELECT FROM pg_database WHERE datname = '{name}') \\gexec"
        )
        rights = (Path(__file__).parent / "sql" / "roles.sql").read_text()
        self.execute(rights, database=name, variables={"database": name})

    def execute(
        self,
        sql: str,
        *,
        database: str = "postgres",
        password: str = "",
        variables: Mapping[str, str] | None = None,
    ) -> str:
        """This will run a script as the superuser and return what it printed, unaligned and without headings."""
        options = [word for item in (variables or {}).items() for word in ("-v", "=".join(item))]
        # Secrets travel by the script on standard input: arguments can be read by every user of the machine.
        script = f"\\set password '{password}'\n{sql}" if password else sql
        done = subprocess.run(
            [str(self.bin / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *options, "-f", "-"],
            input=script,
            env=_environment()
            | {"PGPASSWORD": self._keyring.superuser_password}
            | self._where(SUPERUSER, database),
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise StackError(f"PostgreSQL refused a step of its setup:\n    {done.stderr.strip()}")
        return done.stdout.strip()

    def shell_environment(self, role: str) -> dict[str, str]:
        """This will give the environment in which `psql` opens the database as `role`."""
        return _environment() | {"PGPASSWORD": self._password(role)} | self._where(role, DATABASE)

    def _where(self, role: str, database: str) -> dict[str, str]:
        return {"PGHOST": LOOPBACK, "PGPORT": str(self.port), "PGUSER": role, "PGDATABASE": database}

    def _password(self, role: str) -> str:
        return {
            SUPERUSER: self._keyring.superuser_password,
            OWNER: self._keyring.owner_password,
            RUNTIME: self._keyring.runtime_password,
        }[role]

    def _pid_file(self) -> list[str]:
        try:
            return [line.strip() for line in (self.home / "postmaster.pid").read_text().splitlines()]
        except FileNotFoundError:
            return []

    def _wait_for_previous_server(self) -> None:
        """A supervisor killed a moment ago leaves its server still writing its last checkpoint."""
        deadline = time.monotonic() + PREVIOUS_SERVER_TIMEOUT_S
        while (lines := self._pid_file()) and _is_postgres(lines[0]):
            if time.monotonic() > deadline:
                raise StackError(
                    f"A PostgreSQL server (process {lines[0]}) already works on {self.home}. Stop it first."
                )
            time.sleep(0.1)

    def _run_initdb(self, passwords: Path) -> None:
        done = subprocess.run(
            [
                str(self.bin / "initdb"),
                *("-D", str(self.home), "-U", SUPERUSER, f"--pwfile={passwords}", "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--no-instructions", "--data-checksums" if self.durable else "--no-sync"),
            ],
            env=_environment(),
            cwd=self.home.parent,
            preexec_fn=self._before_exec,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise StackError(f"initdb could not make a database in {self.home}:\n    {done.stderr.strip()}")


def _environment() -> dict[str, str]:
    """PG* variables of the person's shell would bend our servers and clients."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _is_postgres(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    name = Path(f"/proc/{pid}/comm")
    return not name.exists() or name.read_text().strip() == "postgres"
