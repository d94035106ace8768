"""`python3 dev.py COMMAND`: what each command is called and what it takes."""

import argparse
import sys
from pathlib import Path

from stack import bench, checks, conformance, demo, manage, proofs, testing, up
from stack.errors import StackError
from stack.installation import DEFAULT_DATA, DEFAULT_PORT

# These take the rest of the line as it is, options included.
PASSED_ON = {"test": testing.run, "manage": manage.run, "bench": bench.run, "prove": proofs.run}


def main(arguments: list[str]) -> int:
    """This will run one command and return its exit code."""
    try:
        if arguments and arguments[0] in PASSED_ON:
            return PASSED_ON[arguments[0]](arguments[1:])
        options = _parser().parse_args(arguments)
        code = options.run(options)
        assert isinstance(code, int)
        return code
    except StackError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py", description="Ovation's one entrance.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _describe_up(commands.add_parser("up", help="start everything; Ctrl-C stops it"))
    commands.add_parser("test", help="run the whole suite on throw-away servers; takes pytest's arguments")
    commands.add_parser("bench", help="measure a hot path beside its yardsticks; `bench --help` lists them")
    commands.add_parser("manage", help="run manage.py with this installation's environment")
    commands.add_parser("prove", help="gifts under load and kill −9, and what must hold afterwards")
    commands.add_parser("check", help="style, types, floors, migrations, templates").set_defaults(
        run=checks.run
    )
    commands.add_parser("conformance", help="let Stripe's own command line use fakestripe").set_defaults(
        run=conformance.run
    )
    for name, words, run in (
        ("story", "walk the whole economy through the REST API of the running demo", demo.story),
        ("pictures", "take the README's pictures of the running demo", demo.pictures),
        ("otp", "print the current one-time code of a demo person", demo.otp),
        ("clock", "show the demo's business clock, or move it: +8d, +3h", demo.clock),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("--data", type=Path, default=Path(DEFAULT_DATA), help="the data folder")
        command.set_defaults(run=run)
        if name == "otp":
            command.add_argument("name", help="a login's name (fan, creator, operator) or a handle")
        if name == "clock":
            command.add_argument("step", nargs="?", help="how far ahead: days (d), hours (h) or minutes (m)")
        if name in ("story", "pictures"):
            command.add_argument("--url", help="the site's address, when it is not the demo's own")
    return parser


def _describe_up(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data", type=Path, default=Path(DEFAULT_DATA), help="the data folder (default: .data)"
    )
    command.add_argument("--port", type=int, default=DEFAULT_PORT, help="the site's port (default: 8000)")
    for server in ("fakestripe", "postgres", "valkey"):
        command.add_argument(f"--{server}-port", type=int, help="default: last time's, or a free one")
    command.add_argument("--no-restart", action="store_true", help="a program that dies later stays down")
    command.set_defaults(run=up.run)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
