"""`python3 dev.py COMMAND`: what each command is called and what it takes."""

import argparse
import sys
from pathlib import Path

from stack import manage, testing
from stack.errors import StackError

# These take the rest of the line as it is, options included.
PASSED_ON = {"test": testing.run, "manage": manage.run}


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
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("test", help="run the whole suite on throw-away servers; takes pytest's arguments")
    commands.add_parser("manage", help="run manage.py with this installation's environment")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
