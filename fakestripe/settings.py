"""What the command line and the environment decide, checked before anything starts."""

import argparse
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

KEY_PATTERN = re.compile(r"sk_test_fake[A-Za-z0-9]{20,}")
LIVE_PATTERN = re.compile(r"(sk|rk|pk)_live_")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class RefusedToStart(Exception):
    """The settings would let simulated money near real money, or cannot work."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    port: int
    data: Path
    clock_file: Path
    host: str = "127.0.0.1"
    keys: tuple[str, ...] = ()
    control_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    settle_days: int = 2
    payout_days: int = 1

    @property
    def base_url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def accepts_key(self, key: str) -> bool:
        """Say whether `key` may use the API: ours by its shape, and listed if a list was given."""
        return bool(KEY_PATTERN.fullmatch(key)) and (not self.keys or key in self.keys)


def read_settings(arguments: list[str] | None = None) -> Settings:
    """Read the command line and the environment.

    Raises:
        RefusedToStart: production mode, a key that is not ours, or an address that is not loopback.
    """
    parser = argparse.ArgumentParser(prog="python -m fakestripe", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder for the SQLite state")
    parser.add_argument("--clock-file", type=Path, help='JSON file {"offset_s": n}; default DATA/clock.json')
    parser.add_argument("--host", default="127.0.0.1", help="loopback only")
    parser.add_argument("--keys", nargs="*", default=[], help="accept only these secret keys")
    parser.add_argument(
        "--settle-days", type=int, default=2, help="virtual days until card money is available"
    )
    parser.add_argument("--payout-days", type=int, default=1, help="virtual days until a payout arrives")
    given = parser.parse_args(arguments)
    _refuse_danger(given.host, given.keys)
    token = os.environ.get("FAKESTRIPE_TOKEN", "")
    return Settings(
        port=given.port,
        data=given.data,
        clock_file=given.clock_file or given.data / "clock.json",
        host=given.host,
        keys=tuple(given.keys),
        settle_days=given.settle_days,
        payout_days=given.payout_days,
        **({"control_token": token} if token else {}),
    )


def _refuse_danger(host: str, keys: list[str]) -> None:
    if os.environ.get("OVATION_MODE") == "production":
        raise RefusedToStart("fakestripe simulates money and does not start with OVATION_MODE=production.")
    if host not in LOOPBACK:
        raise RefusedToStart(f"fakestripe listens on loopback only, not on {host!r}.")
    for key in [*keys, os.environ.get("STRIPE_SECRET_KEY", "")]:
        if LIVE_PATTERN.match(key):
            raise RefusedToStart("A live-looking Stripe key is set: fakestripe does not start beside it.")
    if any(not KEY_PATTERN.fullmatch(key) for key in keys):
        raise RefusedToStart("Keys must be sk_test_fake followed by at least 20 letters or digits.")
