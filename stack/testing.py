"""`dev.py test`: the whole suite on throw-away servers, as the runtime role, and nothing left behind."""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType

from stack import template
from stack.environment import ROOT, without_superuser
from stack.keyring import Keyring, load
from stack.ports import free_port
from stack.services import Ports, Services

DEFAULT_WORKERS = "2"
WORKER_PLUGIN = "tests.worker"  # sets each pytest process's own addresses before Django reads its settings


def run(arguments: list[str]) -> int:
    """This will run pytest with `arguments` and return its exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    with tempfile.TemporaryDirectory(prefix="ovation-test-") as folder:
        data = Path(folder)
        keyring = template.unpack(data) or load(data)
        taken: set[int] = set()
        ports = Ports(postgres=free_port(taken), valkey=free_port(taken))
        services = Services(data, ports, keyring, durable=False)
        try:
            services.start()
            environment = _environment(data, keyring, services)
            template.make(data, services, environment)
            return subprocess.call(
                [sys.executable, "-m", "pytest", *_with_workers(arguments)], cwd=ROOT, env=environment
            )
        except KeyboardInterrupt:
            return 130
        finally:
            services.stop()


def _environment(data: Path, keyring: Keyring, services: Services) -> dict[str, str]:
    plugins = [plugin for plugin in (os.environ.get("PYTEST_PLUGINS"), WORKER_PLUGIN) if plugin]
    return {
        **without_superuser(dict(os.environ)),
        **services.environment(),
        "OVATION_SUPERUSER_URL": services.superuser_url(),
        "OVATION_MODE": "test",
        "OVATION_DATA": str(data),
        "OVATION_SECRET_KEY": keyring.django_key,
        "OVATION_FERNET_KEYS": keyring.fernet_keys,
        "OVATION_DEMO_TOKEN": secrets.token_urlsafe(16),
        "OVATION_SITE_URL": "http://testserver",
        "STRIPE_SECRET_KEY": keyring.stripe_key,
        "FAKESTRIPE_TOKEN": secrets.token_urlsafe(16),
        "PYTEST_PLUGINS": ",".join(plugins),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def _with_workers(arguments: list[str]) -> list[str]:
    """Two processes, unless the arguments say otherwise or ask for a debugger, which needs the terminal."""
    said = any(
        word.startswith(("-n", "--numprocesses", "--pdb", "--trace", "--collect-only", "--co"))
        for word in arguments
    )
    return arguments if said else ["-n", DEFAULT_WORKERS, *arguments]


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
