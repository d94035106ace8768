"""A dispute as its buyer, a creator and an operator meet it in real browsers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from accounts.models import User
from backoffice import defaults as backoffice_defaults
from gifts.models import Gift
from live.models import Room
from tests.care.bank import Bank
from tests.care.conftest import Clerk
from tests.fixtures.browser import Walk
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.wallet import Webhooks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy")]


def test_a_dispute_is_read_answered_and_lost(
    walk: Walk,
    fakestripe: FakeStripe,
    webhooks: Webhooks,
    person: Callable[..., User],
    room: Room,
    rose: Gift,
    clerk: Clerk,
) -> None:
    bank = Bank(fakestripe, webhooks, person("ana", country="US", totp_secret=None), room, rose)
    order = bank.buy()
    bank.give(200)
    case = bank.disputed(order)

    buyer = walk(bank.buyer, f"/orders/{order.pk}/")
    expect(buyer.get_by_role("heading", name="Your bank disputes this payment")).to_be_visible()
    buyer.goto(buyer.url.replace(f"/orders/{order.pk}/", "/balance/"))
    buyer.get_by_role("link", name="Open the recharge").click()
    expect(buyer.get_by_text("Coins set aside")).to_be_visible()

    studio = walk(room.creator, "/studio/")
    studio.get_by_role("link", name="See which gifts").click()
    expect(studio.locator("tbody tr")).to_have_count(1)
    expect(studio.locator("tbody .chip")).to_have_text("Set aside")

    fay = clerk(backoffice_defaults.FINANCE, "fay.books")
    office = walk(fay, f"/admin/care/dispute/{case.pk}/dispute/", second_factor_age_s=0)
    office.get_by_label("A note among operators").fill("Asked the buyer")
    office.get_by_role("button", name="Keep the note").click()
    expect(office.get_by_text("Noted, for operators only.").first).to_be_visible()
    office.get_by_label("Why do we accept?").fill("Nothing to show")
    office.get_by_role("button", name="Accept: $8.95 is lost").click()
    expect(office.get_by_text("Accepted: the dispute is lost").first).to_be_visible()

    buyer.reload()
    expect(buyer.get_by_role("heading", name="The bank gave you this payment back")).to_be_visible()
    studio.reload()
    expect(studio.locator("tbody .chip")).to_have_text("Cancelled")
