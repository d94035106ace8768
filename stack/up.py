"""`dev.py up`: the whole program on this machine, from an empty folder to `ready`, until Ctrl-C."""

import argparse
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stack import freshness, http, programs, webhooks
from stack.environment import mode
from stack.errors import StackError
from stack.files import private_folder, read_json, tail, write_json
from stack.installation import Addresses, Installation
from stack.ports import answers, is_free
from stack.preload import Preload
from stack.process import Program, finish, spawn
from stack.services import Services
from stack.supervisor import Stopped, Supervisor, stop_on_signals


def run(options: argparse.Namespace) -> int:
    """This will start everything, say `ready`, and keep it alive until somebody asks us to stop."""
    os.umask(0o077)  # logs, state and sockets of the programs are as private as the folder
    stop_on_signals()
    installation = Installation(options.data)
    installation.lock()
    if not is_free(options.port):
        raise StackError(
            f"Port {options.port} is in use, so the site cannot listen there. Choose another: --port PORT"
        )
    addresses = installation.claim_ports(
        web=options.port,
        fakestripe=options.fakestripe_port,
        postgres=options.postgres_port,
        valkey=options.valkey_port,
    )
    start = Start(installation, addresses, Supervisor(_say, restart=not options.no_restart))
    try:
        start.everything()
        start.supervisor.watch()
    except Stopped:
        _say("stopping")
    finally:
        start.supervisor.stop()
        installation.withdraw()
    _say("stopped")
    return 0


class Start:
    """One start: its addresses, its tokens, its children."""

    def __init__(self, installation: Installation, addresses: Addresses, supervisor: Supervisor) -> None:
        self.installation = installation
        self.addresses = addresses
        self.supervisor = supervisor
        self.services: Services = installation.services(addresses)
        self.logs = private_folder(installation.data / "logs")
        self.token, self.fakestripe_token = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.has_fakestripe = mode() == "demo"
        self.files = freshness.of_files(installation.data)

    def everything(self) -> None:
        """This will take each step in order and end with the line `ready …`."""
        _say(f"Ovation, mode {mode()}, data in {self.installation.data}")
        preload = self._preload() if self._knows_its_secrets() else None  # it imports while the servers start
        if self.has_fakestripe:
            self._start_fakestripe()
        with _step("PostgreSQL and Valkey"):
            for server, process in self.services.start():
                self.supervisor.adopt(server.program(), server.is_ready, process, is_server=True)
        if self.has_fakestripe:
            with _step("fakestripe, the simulated payment provider"):
                self.supervisor.wait_until_up()
                self._register_webhooks()
        if preload is not None and preload.env != self._environment():
            preload.close()  # the provider has lost its data and tells new secrets
            preload = None
        preload = preload or self._preload()
        if not self._is_prepared():
            with _step("database, defaults, static files"):
                self._prepare(preload)
        with _step("web, worker, beat"):
            self._start_programs(preload)
        self.installation.announce(preload.env, self.services)
        self._welcome()

    def _environment(self) -> dict[str, str]:
        tokens = {"OVATION_DEMO_TOKEN": self.token, "FAKESTRIPE_TOKEN": self.fakestripe_token}
        return self.installation.environment(
            self.addresses, self.services, **(tokens if self.has_fakestripe else {})
        )

    def _knows_its_secrets(self) -> bool:
        """Not yet on the first start: the provider, which is to tell two of them, does not run."""
        return not self.has_fakestripe or self.installation.webhooks_file.exists()

    def _preload(self) -> Preload:
        return Preload(self._environment(), self._log("preload"))

    def _start_fakestripe(self) -> None:
        data, port = self.installation.data, self.addresses.fakestripe
        program = programs.fakestripe(
            self._environment(),
            self._log("fakestripe"),
            port,
            data / "fakestripe",
            self.installation.clock_file,
        )
        self.supervisor.adopt(program, lambda _pid: answers(port), spawn(program))

    def _register_webhooks(self) -> None:
        webhooks.register(
            provider=self.addresses.stripe,
            key=self.installation.keyring.stripe_key,
            site=self.addresses.site,
            kept_in=self.installation.webhooks_file,
        )

    def _is_prepared(self) -> bool:
        database = self.services.postgres
        return database is not None and freshness.is_prepared(
            self.installation.data, self.files, database.schema_identity()
        )

    def _prepare(self, preload: Preload) -> None:
        for name in ("migrate", "prepare"):
            program = programs.once(f"config.{name}", preload.env, self._log(name))
            (process,) = preload.start([program])
            try:
                code = process.wait()
            finally:
                finish([process], timeout_s=0)
            if code != 0:
                raise StackError(
                    f"Preparing the database failed. The end of {program.log}:\n{tail(program.log)}"
                )
        if self.services.postgres is not None:
            schema = self.services.postgres.schema_identity()
            freshness.note_prepared(self.installation.data, self.files, schema)
        if self.has_fakestripe:
            webhooks.enable(
                provider=self.addresses.stripe,
                key=self.installation.keyring.stripe_key,
                kept_in=self.installation.webhooks_file,
            )

    def _start_programs(self, preload: Preload) -> None:
        signs = list(self._programs(preload.env))
        for (program, is_up), process in zip(
            signs, preload.start([program for program, _ in signs]), strict=True
        ):
            self.supervisor.adopt(program, is_up, process)
        preload.close()
        self.supervisor.wait_until_up()

    def _programs(self, env: dict[str, str]) -> Iterator[tuple[Program, Callable[[int], bool]]]:
        health = f"{self.addresses.site}/healthz"
        yield programs.web(env, self._log("web"), self.addresses.web), lambda _pid: http.is_ok(health)
        worker = programs.worker(env, self._log("worker"))
        yield worker, lambda _pid: b" ready." in worker.log.read_bytes()
        beat = programs.beat(env, self._log("beat"), self.installation.data / "beat-schedule")
        yield beat, lambda _pid: b"beat: Starting" in beat.log.read_bytes()

    def _log(self, name: str) -> Path:
        """The log of one program; the one of the start before is kept beside it."""
        log = self.logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.before"))
        log.touch(mode=0o600)
        return log

    def _welcome(self) -> None:
        site, query = self.addresses.site, f"?token={self.token}"
        if not self.has_fakestripe:
            _say(f"ready {site}")
            return
        pages = {
            "outbox": f"{site}/demo/outbox/{query}",
            "admin": f"{site}/admin/",
            "api_docs": f"{site}/api/v1/docs/",
            "fakestripe_dashboard": f"{self.addresses.stripe}/_control/?token={self.fakestripe_token}",
        }
        seeded = read_json(self.installation.data / "pages.json")
        pages |= {name: f"{site}{path}" for name, path in seeded.items()}
        logins = read_json(self.installation.data / "logins.json")
        write_json(
            self.installation.demo_file,
            {
                "url": site,
                "token": self.token,
                "fakestripe": self.addresses.stripe,
                "fakestripe_token": self.fakestripe_token,
                "pages": pages,
                "logins": logins,
            },
        )
        _say(f"ready {site}")
        for name, login in logins.items():
            _say(
                f"  {name:<12} {login['email']}  password: {login['password']}  code: python3 dev.py otp {name}"
            )
        for name, page in pages.items():
            _say(f"  {name.replace('_', ' '):<22} {page}")
        _say("Ctrl-C stops all of it.")


@contextmanager
def _step(words: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    _say(f"  {words:<44} {time.monotonic() - begun:5.1f} s")


def _say(line: str) -> None:
    print(line, flush=True)
