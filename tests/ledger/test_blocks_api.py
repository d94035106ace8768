"""Sealed blocks over REST, for anybody."""

import hashlib

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from ledger.models import Block
from tests.ledger.journeys import RATE_VERSION, gift, post, recharge, seal_everything

pytestmark = pytest.mark.django_db(transaction=True)
ALICE, CARA = 11, 13


def some_blocks(count: int) -> None:
    for _ in range(count):
        post(recharge(ALICE, 100, gross_minor=130), gift(ALICE, CARA, 30))
        seal_everything()


def test_a_stranger_reads_a_block_and_can_hash_it() -> None:
    some_blocks(2)
    block = APIClient().get("/api/v1/ledger/blocks/2/").json()
    assert (block["number"], block["epoch"], block["operations"], block["transfers"]) == (2, 1, 2, 5)
    assert block["totals"] == {"COIN": 130, "DIAMOND": 3000, "USD": 130}
    assert block["previous_hash"] == bytes(Block.objects.get(number=1).hash).hex()
    assert block["rate_version"] == RATE_VERSION
    sealed_at = round(Block.objects.get(number=2).sealed_at.timestamp() * 1_000_000)
    text = (
        f"block|2|1|{block['previous_hash']}|{block['merkle_root']}|{block['first_watermark']}|{block['watermark']}"
        f"|2|5|COIN 130,DIAMOND 3000,USD 130|{RATE_VERSION}|{sealed_at}"
    )
    assert hashlib.sha256(text.encode()).hexdigest() == block["hash"]


def test_no_operation_and_no_mark_is_shown() -> None:
    some_blocks(1)
    (block,) = APIClient().get("/api/v1/ledger/blocks/").json()["results"]
    assert block.keys() == {
        "number", "epoch", "previous_hash", "merkle_root", "first_watermark", "watermark", "operations", "transfers",
        "totals", "rate_version", "sealed_at", "hash",
    }  # fmt: skip


def test_the_list_is_newest_first_in_a_fixed_number_of_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    some_blocks(3)
    with django_assert_num_queries(1):
        page = APIClient().get("/api/v1/ledger/blocks/").json()
    assert [block["number"] for block in page["results"]] == [3, 2, 1]


def test_a_block_that_is_not_there_is_not_found() -> None:
    answer = APIClient().get("/api/v1/ledger/blocks/1/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/api/v1/ledger/blocks/", "/api/v1/ledger/blocks/1/"])
def test_nobody_writes_blocks(method: str, address: str, operator: User) -> None:
    some_blocks(1)
    client = APIClient()
    client.force_authenticate(operator)
    assert getattr(client, method)(address, {}).status_code == 405
    assert Block.objects.count() == 1
