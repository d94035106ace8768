"""Blocks: what they hold, how they hang together, and what becomes of transactions that commit late."""

import time
from collections.abc import Iterator
import os

import psycopg
import pytest
from django.db import connection

from ground import clock
from ledger import books, checks, seals
from ledger.models import Block, Operation
from tests.ledger.journeys import fold_everything, gift, post, recharge

pytestmark = pytest.mark.django_db(transaction=True)
ALICE, BOB, CARA, DORA = 11, 12, 13, 14


def seal() -> seals.Sealed | None:
    return seals.seal(now=clock.now(), rate_version_id=7)


def seal_everything() -> None:
    """Seal until nothing waits: a transaction of the other test process may hold the watermark a while."""
    deadline = time.monotonic() + 60
    while seals.lag().operations:
        assert time.monotonic() < deadline, seals.lag()
        seal() or time.sleep(0.05)


def test_a_block_counts_what_it_holds() -> None:
    post(recharge(ALICE, 100, gross_minor=130), gift(ALICE, CARA, 30))
    seal_everything()
    block = Block.objects.get()
    assert (block.number, block.epoch, block.operations, block.transfers, block.rate_version) == (1, 1, 2, 5, 7)
    assert block.totals == {"COIN": 130, "DIAMOND": 3000, "USD": 130}
    assert bytes(block.previous_hash) == bytes(32)
    assert checks.run().findings == []
