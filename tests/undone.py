"""What a test does and takes back, so that the next thing starts from the same state."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Take back at the end whatever happens inside; services may open their own transaction there."""
    block = transaction.Atomic(using=None, savepoint=True, durable=False)
    block._from_testcase = True  # type: ignore[attr-defined]  # as a TestCase's own blocks
    with block:
        yield
        transaction.set_rollback(True)
