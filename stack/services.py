"""PostgreSQL and Valkey of one installation: our own, unless the environment names others."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stack.keyring import Keyring
from stack.postgres import OWNER, RUNTIME, SUPERUSER, Postgres
from stack.process import ask_to_stop, finish
from stack.valkey import Valkey

STOP_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class Ports:
    """Where the embedded servers listen."""

    postgres: int
    valkey: int


class Services:
    """The two servers every process of Ovation needs; a part that the environment gives is not started."""

    def __init__(self, data: Path, ports: Ports, keyring: Keyring, *, durable: bool = True) -> None:
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        if not os.environ.get("DATABASE_URL"):
            self.postgres = Postgres(
                data / "postgres", ports.postgres, keyring, data / "postgres.log", durable=durable
            )
        if not os.environ.get("REDIS_URL"):
            self.valkey = Valkey(data / "valkey", ports.valkey, keyring, data / "valkey.log", durable=durable)
        self._running: list[tuple[Postgres | Valkey, subprocess.Popen[bytes]]] = []

    def start(self) -> "list[tuple[Postgres | Valkey, subprocess.Popen[bytes]]]":
        """This will start both, making cluster, roles and database when they are missing."""
        if self.postgres is not None:
            made = self.postgres.prepare()
            self._running.append((self.postgres, self.postgres.start()))
            if made or not self.postgres.has_database():
                self.postgres.make_roles_and_database()
        if self.valkey is not None:
            self._running.append((self.valkey, self.valkey.start()))
        return self._running

    def stop(self) -> None:
        """This will stop what start() started, cleanly if it can, and leave no process."""
        for server, process in self._running:
            ask_to_stop(process, server.program().stop_signal)
        finish([process for _, process in self._running], STOP_TIMEOUT_S)
        self._running.clear()

    def environment(self) -> dict[str, str]:
        """This will give the addresses for the programs; never the superuser's."""
        addresses: dict[str, str] = {}
        if self.postgres is not None:
            addresses["DATABASE_URL"] = self.postgres.url(RUNTIME)
            addresses["DATABASE_OWNER_URL"] = self.postgres.url(OWNER)
        if self.valkey is not None:
            addresses["REDIS_URL"] = self.valkey.url()
        return addresses

    def superuser_url(self) -> str:
        """This will give the address for the tests' cleaning; it may write past every trigger."""
        if self.postgres is None:
            return os.environ.get("OVATION_SUPERUSER_URL", "")
        return self.postgres.url(SUPERUSER)
