"""Running a transaction again when the database asks for it."""

from collections.abc import Callable

from django.db import transaction

from ledger.books import busy_as_try_again
from ledger.errors import TryAgain

TRIES = 5


def in_transaction[R](work: Callable[[], R], *, tries: int = TRIES) -> R:
    """Run `work` in its own transaction, again from the start if it met a deadlock or a raced key.

    `work` reads everything it decides on inside, and touches nothing outside the database.

    Raises:
        TryAgain: it met one `tries` times in a row; nothing was changed.
    """
    for _ in range(tries - 1):
        try:
            return _once(work)
        except TryAgain:
            continue
    return _once(work)


def _once[R](work: Callable[[], R]) -> R:
    with busy_as_try_again(), transaction.atomic(durable=True):
        return work()
