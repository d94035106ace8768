"""`python -m prove …`, which `python3 dev.py prove …` calls."""

import argparse
import sys

from prove import hunt, proof
from prove.money_in import run as money_in
from stack.errors import StackError


def main(arguments: list[str]) -> int:
    """This will run one proof and return its exit code: 0 held, 1 did not, 2 could not be run."""
    parser = argparse.ArgumentParser(
        prog="dev.py prove", description="Prove the house under load and kill −9."
    )
    commands = parser.add_subparsers(required=True, metavar="PROOF")
    proof.describe(commands.add_parser("gifts", help="gifts, exactly once, whoever is killed"))
    money_in.describe(
        commands.add_parser("money_in", help="payments, refunds and disputes, whatever fails meanwhile")
    )
    hunt.describe(commands.add_parser("mutants", help="the same against broken houses: each must be found"))
    asked = parser.parse_args(arguments)
    try:
        code = asked.run(asked)
        assert isinstance(code, int)
        return code
    except StackError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
