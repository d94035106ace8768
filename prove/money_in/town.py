"""A house with all that money in needs: the site, a provider that may be killed too, a worker and its clockwork."""

import secrets
from functools import partial
from pathlib import Path
from typing import Any

from prove.house import House, Server, healthy, kill_family
from stack import http, programs
from stack.files import tail
from stack.ports import LOOPBACK, free_port
from stack.process import Program, spawn

WEBHOOKS = {
    "STRIPE_WEBHOOK_SECRET": ("/webhooks/stripe/", False),
    "STRIPE_CONNECT_WEBHOOK_SECRET": ("/webhooks/stripe/connect/", True),
}

WORKERS = 6  # they mostly wait for a provider that stumbles


class Town(House):
    """One web process, one worker, one beat, and the simulated provider with its own disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, gateways=1)
        self.provider_port = free_port(set(self.ports))
        self._token = secrets.token_urlsafe(16)
        self._secrets = {name: f"whsec_{secrets.token_hex(16)}" for name in WEBHOOKS}

    @property
    def provider(self) -> str:
        """Where the provider listens."""
        return f"http://{LOOPBACK}:{self.provider_port}"

    @property
    def stripe_key(self) -> str:
        """The key by which the provider's own objects are read."""
        return self._keyring.stripe_key

    def start_provider(self) -> None:
        """This will start the provider; the site's two doors are made known to it."""
        is_up = healthy(self.provider_port)
        self.servers["fakestripe"] = Server("fakestripe", self._fakestripe, is_up, spawn(self._fakestripe()))
        self.wait_until_up()
        site = f"http://{LOOPBACK}:{self.ports[0]}"
        for name, (path, connect) in WEBHOOKS.items():
            self.control("endpoints", url=site + path, connect=connect, secret=self._secrets[name])

    def start_workers(self) -> None:
        """This will start what works in the background."""
        schedule = self.folder / "beat"
        for program in (
            partial(programs.worker, log=self.folder / "worker.log", processes=WORKERS),
            partial(programs.beat, log=self.folder / "beat.log", schedule=schedule),
        ):
            make = partial(_described, program, self.environment)
            made = make()
            self.servers[made.name] = Server(made.name, make, lambda: True, spawn(made))
        self.wait_until_up()

    def control(self, what: str, **given: Any) -> Any:
        """This will steer the provider: its clock, its faults, its webhooks, its banks.

        Raises:
            StackError: it is down, or does not do that.
        """
        return http.call(
            f"{self.provider}/_control/{what}", json_body=given or None, bearer=self._token,
            method="POST" if given else "GET",
        )  # fmt: skip

    def clear_faults(self) -> None:
        """This will let everything go well from now on; what was dropped stays lost."""
        http.call(f"{self.provider}/_control/faults", bearer=self._token, method="DELETE")
        for given in ({"action": "drop_next", "count": 0}, {"action": "duplicate", "count": 1}):
            self.control("webhooks", **given)
        self.control("webhooks", action="release")

    def kill(self, victim: str) -> None:
        """This will kill -9 now; of the worker, all its processes."""
        if victim == "worker":
            kill_family(self.servers["worker"].process.pid)
        else:
            super().kill(victim)

    def environment(self) -> dict[str, str]:
        """What every program of this town needs."""
        return {
            **super().environment(),
            **self._secrets,
            "STRIPE_API_HOST": self.provider,
            "FAKESTRIPE_TOKEN": self._token,
            "OVATION_SITE_URL": f"http://{LOOPBACK}:{self.ports[0]}",
        }

    def the_end_of(self, name: str) -> str:
        """The last lines a program logged."""
        return tail(self.folder / f"{name}.log", 40)

    def _fakestripe(self) -> Program:
        return programs.fakestripe(
            self.environment(),
            self.folder / "fakestripe.log",
            self.provider_port,
            self.folder / "fakestripe",
            self.folder / "clock.json",
        )


def _described(program: Any, environment: Any) -> Program:
    made = program(environment())
    assert isinstance(made, Program)
    return made
