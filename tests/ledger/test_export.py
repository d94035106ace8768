"""Exports, and the script that a stranger verifies them with."""

import json
import random
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from examples import verify_ledger
from ground import clock
from ledger import exports
from ledger.books import COIN, PLATFORM, Operation, Ref, Transfer, request_hash
from tests.ledger.journeys import fold_everything, gift, post, recharge
from tests.ledger.test_seal import seal_everything

pytestmark = pytest.mark.django_db(transaction=True)
ALICE, BOB, CARA = 11, 12, 13
SCRIPT = Path(verify_ledger.__file__)


def some_blocks() -> None:
    """Three blocks with every kind of content: spenders and none, many transfers, text that needs care."""
    post(recharge(ALICE, 100), gift(ALICE, CARA, 30, key='ключ "gift"\n| 1 COIN 5>6 \\ 𝄞\x7f'))
    seal_everything()
    post(gift(ALICE, CARA, 1), recharge(BOB, 7), gift(ALICE, BOB, 2))
    fold_everything()
    seal_everything()
    hops = [Transfer(COIN, Ref(PLATFORM, "coins.issued"), Ref(BOB, "coins"), n) for n in (1, 2, 10**15)]
    post(Operation(PLATFORM, "many:1", "many", request_hash("many"), hops))
    seal_everything()


def export(first: int = 1, last: int | None = None) -> bytes:
    out = StringIO()
    call_command("ledger_export", **{"from": first, "to": last} if last else {}, stdout=out)
    return out.getvalue().encode()


def problems(exported: bytes) -> list[str]:
    verifier = verify_ledger.Verifier()
    verifier.verify(exported.splitlines(keepends=True))
    return verifier.problems


def test_an_export_verifies() -> None:
    some_blocks()
    exported = export()
    print(exported.decode())
    assert problems(exported) == []
