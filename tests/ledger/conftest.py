"""The books by themselves: what upper floors look for in them (orders, sent gifts) is not there in these tests."""

from collections.abc import Iterator

import pytest

from ledger import hooks


@pytest.fixture(autouse=True, scope="package")
def _books_alone() -> Iterator[None]:
    """Package scope, so that it outlasts the check that cleans up after each committed test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hooks.checks, "_functions", [])
        yield
