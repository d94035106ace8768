"""What a page asks of a browser: nothing that the policy refuses, and no wider than a phone."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.fixtures.browser import Walk
from tests.fixtures.stripe import FakeStripe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("installed")]
PHONE = {"width": 390, "height": 844}
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
FOR_ALL = ["/", "/explore/", "/accounts/login/", "/accounts/signup/", "/legal/terms/", "/books/", "/style/"]
FOR_MEMBERS = [
    "/balance/",
    "/gifts/",
    "/studio/",
    "/studio/payouts/",
    "/settings/account/",
    "/settings/security/",
]


def overflowing(page: Page, site: str, paths: list[str]) -> list[str]:
    """Those of `paths` that scroll sideways on a phone."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    wide = []
    for path in paths:
        page.goto(site + path)
        if page.evaluate(OVERFLOW) > 0:
            wide.append(path)
    return wide


def test_pages_fit_a_phone_and_break_no_policy(walk: Walk, site: str, payee: User) -> None:
    assert overflowing(walk(None, "/"), site, FOR_ALL) == []
    assert overflowing(walk(payee, "/"), site, FOR_MEMBERS) == []


def test_the_api_is_documented_without_inline_scripts(walk: Walk) -> None:
    expect(walk(None, "/api/v1/docs/").locator(".info .title")).to_contain_text("Ovation")


def test_the_back_office_draws_its_charts(walk: Walk, operator: User, fakestripe: FakeStripe) -> None:
    office = walk(operator, "/admin/", second_factor_age_s=0)
    expect(office.get_by_text("Unexplained difference")).to_be_visible()
    expect(office.locator("canvas").first).to_be_visible()
