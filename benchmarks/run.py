"""One benchmark, in the environment that `benchmarks/__main__.py` made for it."""

import argparse
import importlib
import os
import signal
import sys
from pathlib import Path

import django

from benchmarks import machine
from benchmarks.harness import Plan, say, stop, table
from benchmarks.servers import FOLDER


def main(arguments: list[str]) -> None:
    """This will run it, print facts, table and ratios, and write its JSON file."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, stop)
    database_url = os.environ.get("OVATION_SUPERUSER_URL")
    found = machine.facts(database_url=database_url, folder=Path(os.environ.get("OVATION_DATA", FOLDER)))
    found["load_before"] = (
        options.load
    )  # what else ran here: with more than a little, do not believe the numbers
    say(machine.lines(found))
    if database_url:
        django.setup()
    benchmark = importlib.import_module(f"benchmarks.{options.name}")
    report = benchmark.run(Plan(options.seconds, options.rounds, options.scale))
    say("\n" + table(report))
    if options.json:
        report.write(options.json, found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--scale", type=float, required=True)
    parser.add_argument("--load", type=float, default=0.0)
    parser.add_argument("--json", type=Path)
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
