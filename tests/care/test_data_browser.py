"""A copy of one's data and closing the account, as a person does it in a real browser with a real worker beside."""

import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from care.models import Closing, DataExport
from ledger import books
from stack.process import Program
from tests.fixtures.accounts import PASSWORD, totp_code
from tests.fixtures.browser import Walk, type_code
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO_S = 400


def test_a_copy_is_asked_for_built_and_fetched(
    walk: Walk, creator: User, celery_worker: Program, installed: None
) -> None:
    page = walk(creator, "/settings/your-data/", second_factor_age_s=LONG_AGO_S)
    page.get_by_role("button", name="Build my copy").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    assert DataExport.objects.count() == 0
    type_code(page, lambda: totp_code(creator), button="Confirm")

    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()  # the page asks by itself
    page.reload()
    with page.expect_download() as fetched:
        link.click()
    assert fetched.value.suggested_filename.startswith("ovation-data-")
    with zipfile.ZipFile(fetched.value.path()) as archive:
        assert {"index.html", "README.txt", "data/profile.json", "data/profile.csv"} <= set(
            archive.namelist()
        )
    assert DataExport.objects.get().state == "ready"


def sign_in(page: Page, person: User, site: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.locator("[name=login]").fill(str(person.email))
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_an_account_is_settled_closed_and_kept_after_all(
    walk: Walk, site: str, person: Callable[..., User], fund: Fund
) -> None:
    dora = person("dora", totp_secret=None)
    fund(dora, 1_200)
    page = walk(dora, "/settings/your-data/")
    page.get_by_role("link", name="Close my account").click()
    expect(page.get_by_text("You have 1,200 coins left.")).to_be_visible()
    page.get_by_text("Give them up", exact=True).click()
    page.get_by_label("Type 1,200 to give up all of them").fill("1,100")
    page.get_by_role("button", name="Give them up for good").click()
    expect(page.locator(".field.wrong")).to_contain_text("You have 1,200 coins, not 1,100.")
    page.get_by_label("Type 1,200 to give up all of them").fill("1,200")
    page.get_by_role("button", name="Give them up for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is open")
    assert books.totals()[("breakage", "COIN")] == 1_200

    page.get_by_role("link", name="Continue").click()
    page.get_by_label("I understand").check()
    page.get_by_role("button", name="Close my account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is closed")
    assert Closing.objects.get().state == "waiting"
    page.goto(f"{site}/@dora")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Dora")

    sign_in(page, dora, site)
    expect(page.get_by_text("Your account stays")).to_be_visible()
    assert Closing.objects.get().state == "cancelled"
