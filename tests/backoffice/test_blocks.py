"""The sealed blocks in the back office."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from accounts.models import User
from ledger.models import Block
from tests.fixtures.gifts import Fund
from tests.ledger.journeys import seal_everything


def test_an_operator_finds_a_block_by_its_hash_and_reads_it(
    operator: User, installed: None, fan: User, fund: Fund, verified_page_as: Callable[..., Client]
) -> None:
    fund(fan, 100)
    seal_everything()
    block = Block.objects.get()
    noted = bytes(block.hash).hex()
    browser = verified_page_as(operator)
    found = browser.get(reverse("admin:ledger_block_changelist"), {"q": noted})
    assert noted[:16] in found.text
    page = browser.get(reverse("admin:ledger_block_change", args=[block.pk]))
    assert (page.status_code, noted in page.text, "100 COIN" in page.text) == (200, True, True)
    assert f">Block {block.pk}</a>" in browser.get("/admin/").text


def test_nobody_else_gets_its_page(
    stranger: User,
    installed: None,
    fan: User,
    fund: Fund,
    verified_page_as: Callable[..., Client],
    client: Client,
) -> None:
    fund(fan, 100)
    seal_everything()
    address = reverse("admin:ledger_block_change", args=[1])
    for browser in (client, verified_page_as(stranger)):
        assert browser.get(address).status_code == 302
