"""Commands that talk to the running demo: its story, its pictures, its people's codes, its clock."""

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from stack import http
from stack.environment import ROOT
from stack.errors import StackError
from stack.files import read_json

UNITS_S = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def story(options: argparse.Namespace) -> int:
    """This will walk the whole economy through the REST API; the exit code is the story's."""
    return _example("examples/story.py", options)


def pictures(options: argparse.Namespace) -> int:
    """This will take the README's pictures into docs/pictures/."""
    return _example("docs/pictures/take.py", options)


def otp(options: argparse.Namespace) -> int:
    """This will print the code that a demo person's authenticator shows now."""
    demo = _running(options.data)
    handle = demo["logins"].get(options.name, {}).get("handle", options.name)
    answer = http.call(f"{demo['url']}/demo/otp/{handle}.json?token={demo['token']}")
    print(answer["code"])
    return 0


def clock(options: argparse.Namespace) -> int:
    """This will move the business clock ahead by a step such as +8d, and print what it shows."""
    demo = _running(options.data)
    address = f"{demo['fakestripe']}/_control/clock?token={demo['fakestripe_token']}"
    if options.step:
        http.call(address, json_body={"advance_s": _seconds(options.step)})
    print(http.call(f"{demo['url']}/healthz")["business_time"])
    return 0


def _seconds(step: str) -> int:
    match = re.fullmatch(r"\+?(\d+)([dhms])", step)
    if match is None:
        raise StackError(f"{step!r} is no step of the clock. Write +8d, +3h or +30m; it only moves ahead.")
    return int(match[1]) * UNITS_S[match[2]]


def _running(data: Path) -> dict[str, Any]:
    demo = read_json(data / "demo.json")
    if not demo:
        raise StackError(f"No demo is running on {data}. Start it: python3 dev.py up")
    return demo


def _example(program: str, options: argparse.Namespace) -> int:
    _running(options.data)
    address = ["--url", options.url] if options.url else []
    command = [sys.executable, program, "--demo", str((options.data / "demo.json").absolute()), *address]
    return subprocess.call(command, cwd=ROOT)
