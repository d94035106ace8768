"""Loopback ports: which are free, which are taken, and what to say then."""

import secrets
import socket

from stack.errors import StackError

LOOPBACK = "127.0.0.1"
# Below Linux's ephemeral range: there, a client that retries a stopped server can connect to itself and block its
# restart.
FIRST, LAST = 20_000, 32_767
ATTEMPTS = 200


def is_free(port: int) -> bool:
    """This will say whether a server could listen on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def answers(port: int) -> bool:
    """This will say whether something accepts connections on `port`."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def free_port(taken: set[int]) -> int:
    """This will find a free port that is not in `taken`, and add it there."""
    for _ in range(ATTEMPTS):
        port = FIRST + secrets.randbelow(LAST - FIRST)
        if port not in taken and is_free(port):
            taken.add(port)
            return port
    raise StackError(f"No free port between {FIRST} and {LAST} after {ATTEMPTS} attempts.")


def claim(what: str, flag: str, asked: int | None, before: int | None, taken: set[int]) -> int:
    """This will settle the port of one server: the one asked for, else the one it had before, else any free one.

    Raises:
        StackError: the port asked for is in use; the message names `flag`.
    """
    if asked is not None:
        if asked in taken or not is_free(asked):
            raise StackError(
                f"Port {asked} is in use, so {what} cannot listen there. Choose another: {flag} PORT"
            )
        taken.add(asked)
        return asked
    if before is not None and before not in taken and is_free(before):
        taken.add(before)
        return before
    return free_port(taken)
