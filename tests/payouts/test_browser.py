"""A cash-out as its two people do it, in real browsers, with the real worker and provider between them."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from ledger import books
from payouts.models import Payout
from stack.process import Program
from tests.fixtures.accounts import totp_code
from tests.fixtures.browser import Walk, type_code
from tests.fixtures.payouts import GiveDiamonds, made_at_provider
from tests.fixtures.stripe import FakeStripe

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO_S = 400


def give_code(page: Page, person: User) -> None:
    """Answer the question for a second factor."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    type_code(page, lambda: totp_code(person), button="Confirm")


def ask_for(page: Page, amount: str) -> None:
    """From the studio to the last question."""
    page.get_by_role("link", name="Cash out", exact=True).click()
    page.get_by_label("Amount").fill(amount)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("$24.75 to your bank")
    page.get_by_role("button", name="Confirm with your second factor").click()


def test_a_cash_out_is_asked_for_approved_and_sent(
    walk: Walk,
    payee: User,
    operator: User,
    give_diamonds: GiveDiamonds,
    celery_worker: Program,
    fakestripe: FakeStripe,
) -> None:
    give_diamonds(payee)
    studio = walk(payee, "/studio/", second_factor_age_s=LONG_AGO_S)
    ask_for(studio, "25")
    nothing_yet = Payout.objects.count()
    give_code(studio, payee)
    expect(studio.get_by_text("You asked for this cash-out")).to_be_visible()

    office = walk(operator, f"/admin/payouts/payout/{Payout.objects.get().pk}/review/")
    give_code(office, operator)
    office.get_by_label("Reason").fill("Known for a year")
    office.get_by_role("button", name="Approve").click()
    expect(office.get_by_text("Approved: it is sent next.").first).to_be_visible()

    expect(studio.locator(".page-head .chip")).to_have_text("On its way")
    assert (nothing_yet, made_at_provider(fakestripe)) == (0, {"transfer": 1, "payout": 1})
    assert books.imbalance() == {}
