"""The books by themselves: what upper floors look for in them (orders, sent gifts) is not there in these tests."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import psycopg
import pytest

from ledger import hooks


@pytest.fixture(autouse=True, scope="package")
def _books_alone() -> Iterator[None]:
    """Package scope, so that it outlasts the check that cleans up after each committed test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hooks.checks, "_functions", [])
        yield


@pytest.fixture
def without_the_account_lock(
    superuser_connection: psycopg.Connection,
) -> Callable[[], AbstractContextManager[None]]:
    """The books with one line broken: accounts are read, not locked."""
    return partial(broken, superuser_connection, "ledger_lock_named", "FOR NO KEY UPDATE OF account")


@contextmanager
def broken(superuser: psycopg.Connection, function: str, line: str, instead: str = "") -> Iterator[None]:
    """A function of the books with `line` taken out, or replaced."""
    row = superuser.execute("SELECT pg_get_functiondef(%s::regproc)", [function]).fetchone()
    original = str(row[0]) if row else ""
    assert line in original
    superuser.execute(original.replace(line, instead).encode())
    try:
        yield
    finally:
        superuser.execute(original.encode())
