"""The public page of the sealed books."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from ledger import views
from ledger.models import Block
from tests.ledger.journeys import gift, post, recharge, seal_everything

pytestmark = pytest.mark.django_db(transaction=True)
ALICE, CARA = 11, 13


def test_anybody_reads_the_newest_hash_and_how_to_check_it(client: Client) -> None:
    post(recharge(ALICE, 100), gift(ALICE, CARA, 30))
    seal_everything()
    page = client.get("/books/")
    assert page.status_code == 200
    assert Block.objects.get().full_hash in page.text
    assert "verify_ledger.py" in page.text


def test_before_the_first_block_the_page_says_so(client: Client) -> None:
    assert "Nothing is sealed here yet" in client.get("/books/").text


def test_older_blocks_are_a_page_away_in_a_fixed_number_of_queries(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    for coins in (1, 2, 3):
        post(recharge(ALICE, coins))
        seal_everything()
    with django_assert_num_queries(1):
        newest = client.get("/books/")
    assert [block.number for block in newest.context["blocks"]] == [3, 2]
    assert newest.context["next_url"] == "?before=2"
    older = client.get("/books/?before=2")
    assert [block.number for block in older.context["blocks"]] == [1]
    assert (older.context["previous_url"], older.context["next_url"]) == ("/books/", "")
    assert (
        client.get("/books/?before=x").status_code
        == client.get(f"/books/?before={10**30}").status_code
        == 200
    )
