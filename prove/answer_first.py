"""The site with one thing wrong: a gift is answered before its transaction commits (prove/mutants.py)."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread

from django.db import connection, transaction

from config.asgi import application
from gifts import services
from ledger.retry import in_transaction

BEFORE_THE_COMMIT_S = 0.2  # long enough that a kill falls in between in any run

assert services.in_transaction is in_transaction  # type: ignore[attr-defined]  # else there is nothing to break here


def answer_first[R](work: Callable[[], R]) -> R:
    """Answer as soon as the work is done; commit when the caller has long been told."""
    answer: Future[R] = Future()

    def settle() -> None:
        try:
            with transaction.atomic(durable=True):
                answer.set_result(work())
                time.sleep(BEFORE_THE_COMMIT_S)
        except Exception as error:
            if not answer.done():
                answer.set_exception(error)
        finally:
            connection.close()

    Thread(target=settle, daemon=True).start()
    return answer.result()


services.in_transaction = answer_first  # type: ignore[attr-defined]

__all__ = ["application"]
