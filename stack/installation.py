"""One data folder: its secrets, its ports, the lock of the running stack, and the environment of its programs."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from stack import keyring, webhooks
from stack.environment import ROOT, mode, without_superuser
from stack.errors import StackError
from stack.files import private_folder, read_json, write_json, write_private
from stack.keyring import Keyring
from stack.ports import LOOPBACK, claim
from stack.services import Ports, Services

DEFAULT_DATA, DEFAULT_PORT = ".data", 8000


@dataclass(frozen=True)
class Addresses:
    """The ports of one start."""

    web: int
    fakestripe: int
    postgres: int
    valkey: int

    @property
    def site(self) -> str:
        return f"http://{LOOPBACK}:{self.web}"

    @property
    def stripe(self) -> str:
        return f"http://{LOOPBACK}:{self.fakestripe}"


class Installation:
    """The data folder `data`, made with its secrets when it is not there."""

    def __init__(self, data: Path) -> None:
        self.data = private_folder(data).absolute()
        self.keyring: Keyring = keyring.load(self.data)
        self.demo_file = self.data / "demo.json"
        self.clock_file = self.data / "clock.json"
        self.webhooks_file = self.data / "webhooks.json"
        self._lock: IO[str] | None = None

    def lock(self) -> None:
        """This will make this process the one that runs the folder's servers.

        Raises:
            StackError: another process does.
        """
        lock = (self.data / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip() or "(unknown)"
            lock.close()
            raise StackError(
                f"{self.data} is in use by process {owner}. Stop that one "
                "first, or use another folder: --data OTHER"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def unlock(self) -> None:
        """This will let others run the folder's servers."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def is_running(self) -> bool:
        """This will say whether a `dev.py up` has finished its start on this folder and still runs."""
        with (self.data / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return (self.data / "environment.json").exists()
            return False

    def claim_ports(
        self,
        *,
        web: int = DEFAULT_PORT,
        fakestripe: int | None = None,
        postgres: int | None = None,
        valkey: int | None = None,
    ) -> Addresses:
        """This will settle every port but the site's: those asked for, else last time's, else free ones."""
        taken = {web}
        before = read_json(self.data / "ports.json")
        addresses = Addresses(
            web=web,
            fakestripe=claim("fakestripe", "--fakestripe-port", fakestripe, before.get("fakestripe"), taken),
            postgres=claim("PostgreSQL", "--postgres-port", postgres, before.get("postgres"), taken),
            valkey=claim("Valkey", "--valkey-port", valkey, before.get("valkey"), taken),
        )
        write_json(self.data / "ports.json", asdict(addresses))
        return addresses

    def services(self, addresses: Addresses) -> Services:
        """This will describe the folder's PostgreSQL and Valkey."""
        return Services(self.data, Ports(addresses.postgres, addresses.valkey), self.keyring)

    def environment(self, addresses: Addresses, services: Services, **more: str) -> dict[str, str]:
        """This will give what every program of Ovation needs. A name that the person's environment sets wins."""
        ours = {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "OVATION_MODE": mode(),
            "OVATION_DATA": str(self.data),
            "OVATION_SECRET_KEY": self.keyring.django_key,
            "OVATION_FERNET_KEYS": self.keyring.fernet_keys,
            "OVATION_SITE_URL": addresses.site,
            "OVATION_STATIC_ROOT": str(self.data / "static"),
            **services.environment(),
        }
        if mode() == "demo":
            ours |= {
                "STRIPE_SECRET_KEY": self.keyring.stripe_key,
                "STRIPE_API_HOST": addresses.stripe,
                "OVATION_CLOCK_FILE": str(self.clock_file),
                **webhooks.secrets_of(self.webhooks_file),
            }
        return {**ours, **more, **without_superuser(dict(os.environ))}

    def announce(self, environment: dict[str, str], services: Services) -> None:
        """This will leave the running stack's environment for other commands, the superuser's address apart."""
        set_here = {name: value for name, value in environment.items() if os.environ.get(name) != value}
        write_json(self.data / "environment.json", set_here)
        write_private(self.data / "superuser.url", services.superuser_url() + "\n")

    def withdraw(self) -> None:
        """This will take back what announce() left: nothing runs any more."""
        for name in ("environment.json", "superuser.url", "demo.json"):
            (self.data / name).unlink(missing_ok=True)

    @contextmanager
    def program_environment(self) -> Iterator[dict[str, str]]:
        """This will give the environment of the running stack; where none runs, servers are started for the while."""
        if self.is_running():
            yield {**dict(os.environ), **json.loads((self.data / "environment.json").read_text())}
            return
        self.lock()
        addresses = self.claim_ports(web=read_json(self.data / "ports.json").get("web", DEFAULT_PORT))
        services = self.services(addresses)
        try:
            services.start()
            yield self.environment(addresses, services)
        finally:
            services.stop()
            self.unlock()
