"""Loaded first in each pytest process (by PYTEST_PLUGINS): its own database, Valkey and provider.

It only sets environment variables, and does so before pytest-django reads the settings; so it is no conftest.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from stack.ports import LOOPBACK, free_port

NAME = os.environ.get("PYTEST_XDIST_WORKER", "main")
DATABASE = f"ovation_{NAME}"
VALKEY_DATABASE = int(NAME.removeprefix("gw")) + 1 if NAME.startswith("gw") else 0


def _with_path(variable: str, path: str) -> None:
    if os.environ.get(variable):
        os.environ[variable] = urlsplit(os.environ[variable])._replace(path=f"/{path}").geturl()


if "OVATION_SUPERUSER_URL" in os.environ:
    for _variable in ("DATABASE_URL", "DATABASE_OWNER_URL", "OVATION_SUPERUSER_URL"):
        _with_path(_variable, DATABASE)
    _with_path("REDIS_URL", str(VALKEY_DATABASE))
    _folder = Path(os.environ["OVATION_DATA"]) / NAME
    _folder.mkdir(mode=0o700, exist_ok=True)
    os.environ["OVATION_WORKER_DATA"] = str(_folder)
    (_folder / "static").mkdir(exist_ok=True)  # whitenoise warns when it is missing
    os.environ["OVATION_STATIC_ROOT"] = str(_folder / "static")
    os.environ["OVATION_CLOCK_FILE"] = str(_folder / "clock.json")
    os.environ["STRIPE_API_HOST"] = f"http://{LOOPBACK}:{free_port(set())}"
    os.environ["STRIPE_WEBHOOK_SECRET"] = "whsec_" + secrets.token_hex(16)
    os.environ["STRIPE_CONNECT_WEBHOOK_SECRET"] = "whsec_" + secrets.token_hex(16)
