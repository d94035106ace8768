"""`python -m prove gifts …`, which `python3 dev.py prove gifts …` calls."""

import argparse
import secrets
import sys

from prove import proof
from stack.errors import StackError


def main(arguments: list[str]) -> int:
    """This will run one proof and return its exit code: 0 held, 1 did not, 2 could not be run."""
    parser = argparse.ArgumentParser(
        prog="dev.py prove", description="Prove the house under load and kill −9."
    )
    commands = parser.add_subparsers(required=True, metavar="PROOF")
    proof.describe(commands.add_parser("gifts", help="gifts, exactly once, whoever is killed"))
    asked = parser.parse_args(arguments)
    options = proof.Options(
        gifts=asked.ops,
        kills=asked.kills,
        in_flight=asked.in_flight,
        fans=asked.fans,
        gateways=asked.gateways,
        seed=secrets.randbelow(10**6) if asked.seed is None else asked.seed,
        timeout_s=asked.timeout,
        mutant=asked.mutant,
        keep=asked.keep,
    )
    try:
        return proof.run(options, asked.report)
    except StackError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
