"""The books by themselves: what upper floors look for in them (orders, sent gifts) is not there in these tests."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import psycopg
import pytest

from ledger import hooks
from tests.fixtures.broken import broken


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
