"""fakestripe as its own program on a free port, spoken to by Stripe's official library; nothing of Django."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe
from stripe._v1_services import V1Services

KEY = "sk_test_fake" + "a1B2c3D4e5F6g7H8i9J0"
TOKEN = "control-token-of-the-tests"
ROOT = Path(__file__).parents[2]
DEADLINE_S = 60.0
web = httpx.Client(trust_env=False)  # made once: each client would load certificates


def free_port() -> int:
    """Answer a port below the range that outgoing connections use."""
    for port in range(21000 + os.getpid() % 5000, 32000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("no free port")


@dataclass
class Fake:
    """A running fakestripe."""

    port: int
    data: Path
    program: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def api(self, key: str = KEY, retries: int = 0) -> V1Services:
        client = stripe.StripeClient(key, base_addresses={"api": self.url}, max_network_retries=retries)
        return client.v1

    def open(self, address: str) -> httpx.Response:
        """GET a page as a browser would, following what it is sent on to while that is ours."""
        answer = web.get(address)
        while answer.is_redirect and answer.headers["location"].startswith(("/", self.url)):
            answer = web.get(str(answer.url.join(answer.headers["location"])))
        return answer

    def control(self, name: str, **given: Any) -> Any:
        headers = {"X-Fakestripe-Token": TOKEN}
        address = f"{self.url}/_control/{name}"
        answer = (
            web.post(address, json=given, headers=headers) if given else web.get(address, headers=headers)
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def advance(self, *, days: float = 0, seconds: int = 0) -> None:
        self.control("clock", advance_s=int(days * 86_400) + seconds)

    def balance(self, account: str | None = None) -> tuple[int, int]:
        """Answer what is available and pending in US dollars, from the journal."""
        journal = self.control("journal")
        usd = (
            journal["totals"]
            .get(account or journal["platform"], {})
            .get("usd", {"available": 0, "pending": 0})
        )
        return usd["available"], usd["pending"]


def start(data: Path, port: int) -> Fake:
    environment = {"PATH": os.environ["PATH"], "FAKESTRIPE_TOKEN": TOKEN, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "fakestripe", "--port", str(port), "--data", str(data)]
    fake = Fake(port, data, subprocess.Popen(command, env=environment))
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        try:
            web.get(f"{fake.url}/healthz", timeout=1).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return fake
    fake.program.kill()
    raise RuntimeError("fakestripe did not start")


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    fake = start(tmp_path_factory.mktemp("fakestripe"), free_port())
    yield fake
    fake.program.terminate()
    fake.program.wait(5)


@pytest.fixture
def fake(program: Fake) -> Iterator[Fake]:
    """A fakestripe without history; the test fails if it broke its contract or its balances."""
    program.control("reset", keep_webhook_endpoints=False)
    yield program
    assert program.control("violations")["violations"] == []
    assert program.control("journal")["findings"] == []


@pytest.fixture
def api(fake: Fake) -> V1Services:
    """Stripe's official library, speaking to the program under test."""
    return fake.api()
