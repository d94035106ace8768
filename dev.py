#!/usr/bin/env python3
"""Ovation's one entrance: `python3 dev.py up`, `python3 dev.py test`, `python3 dev.py --help`.

Runs on any Python 3.8 or newer with nothing installed. It finds a Python that Ovation can run on, makes `.venv`,
installs the pinned packages when they changed, and hands over to the `stack` package.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import time
from typing import Iterator, List, Optional

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 12)
COMMANDS_WITH_DEV_TOOLS = ("test", "check", "pictures")
UV = "uv==0.13.8"
# A candidate counts only if it runs, is new enough, and can make a virtual environment (Debian splits ensurepip off).
PROBE = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"


def main() -> None:
    os.chdir(ROOT)
    # Compiling the 2,000 modules anew takes each program three times as long as loading them compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    make_venv()
    install("runtime", ["requirements.txt"])
    if command in COMMANDS_WITH_DEV_TOOLS:
        install("dev", ["requirements.txt", "requirements-dev.txt"])
    if command == "bench":
        install("bench", ["requirements.txt", "requirements-bench.txt"])
    os.execv(VENV_PYTHON, [VENV_PYTHON, "-m", "stack"] + sys.argv[1:])


def make_venv() -> None:
    if usable(VENV_PYTHON):
        return
    python = find_python()
    say("environment: making .venv with " + python)
    if os.path.exists(VENV) and not os.path.islink(VENV):
        shutil.rmtree(VENV)
    uv = find_uv()
    if uv and subprocess.call([uv, "venv", "--quiet", "--python", python, VENV]) == 0:
        return
    subprocess.check_call([python, "-m", "venv", "--without-pip", VENV])


def find_python() -> str:
    tried = []
    for candidate in candidates():
        tried.append(candidate)
        found = probe(candidate)
        if found:
            return found
    sys.exit(
        "Ovation needs Python %d.%d or newer, with its venv module. None of these is one:\n  %s\n"
        "Install one, or name it: PYTHON=/path/to/python3.13 python3 dev.py ..."
        % (OLDEST[0], OLDEST[1], "\n  ".join(tried))
    )


def candidates() -> Iterator[str]:
    """Yield Python commands to try, the surest first; each is only believed after it was run."""
    yield sys.executable
    if os.environ.get("PYTHON"):
        yield os.environ["PYTHON"]
    for name in ("python3.13", "python3.14", "python3.12", "python3", "python"):
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK):
                yield path
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    for path in sorted(glob.glob(os.path.join(pyenv, "versions", "3.*", "bin", "python3")), reverse=True):
        yield path
    uv = find_uv()
    if uv:
        answer = output([uv, "python", "find", "--no-python-downloads", ">=%d.%d" % OLDEST])
        if answer:
            yield answer.strip()


def probe(python: str) -> Optional[str]:
    """Return the real path of `python` if it is new enough, else None."""
    lines = (output([python, "-c", PROBE]) or "").split("\n")
    if len(lines) < 2:
        return None
    version = tuple(int(part) for part in lines[0].split("."))
    return lines[1] if version >= OLDEST else None


def usable(python: str) -> bool:
    return os.path.exists(python) and probe(python) is not None


def find_uv() -> Optional[str]:
    uv = shutil.which("uv")
    return uv if uv and output([uv, "--version"]) else None


def fetch_uv() -> Optional[str]:
    """Put uv into the environment: it installs the rest in a third of pip's time. Without it, pip does."""
    uv = os.path.join(os.path.dirname(VENV_PYTHON), "uv")
    base = output([VENV_PYTHON, "-c", "import sys; print(sys._base_executable)"]) or ""
    # The base Python's pip is there already; one of the environment's own takes longer to make than uv to fetch.
    pips = [[base.strip(), "-m", "pip", "--python", VENV_PYTHON], [VENV_PYTHON, "-m", "pip"]]
    for pip in pips:
        if pip[0] == VENV_PYTHON and not make_pip():
            return None
        fetch = pip + ["install", "-qq", "--no-compile", "--disable-pip-version-check", UV]
        if output(fetch, timeout_s=None) is not None and output([uv, "--version"]):
            return uv
    return None


def make_pip() -> bool:
    return output([VENV_PYTHON, "-m", "ensurepip"], timeout_s=None) is not None


def install(name: str, files: List[str]) -> None:
    """Install the pinned `files` unless this very content was installed before."""
    digest = hashlib.sha256()
    for path in files:
        with open(path, "rb") as pins:
            digest.update(pins.read())
    stamp = os.path.join(VENV, ".installed-" + name)
    if os.path.exists(stamp):
        with open(stamp) as old:
            if old.read() == digest.hexdigest():
                return
    started = time.monotonic()
    say("packages: installing " + " and ".join(files) + " (once)")
    arguments = [word for path in files for word in ("-r", path)]
    uv = find_uv() or fetch_uv()
    if not (
        uv and subprocess.call([uv, "pip", "install", "--quiet", "--python", VENV_PYTHON] + arguments) == 0
    ):
        pip = [VENV_PYTHON, "-m", "pip", "install", "-qq", "--no-compile", "--disable-pip-version-check"]
        if not make_pip() or subprocess.call(pip + arguments) != 0:
            sys.exit("packages: the installation failed; the lines above say why. Nothing was started.")
    with open(stamp, "w") as new:
        new.write(digest.hexdigest())
    say("packages: installed in %.1f s" % (time.monotonic() - started))


def output(argv: List[str], timeout_s: Optional[float] = 20) -> Optional[str]:
    """Return what the command prints, or None when it cannot run or fails."""
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout_s,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
