"""A report and its case, as the two people walk them in real browsers."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from care.models import SupportCase
from demo.models import OutboxMessage
from gifts.models import Gift
from live.models import Room
from tests.care.conftest import picture, send
from tests.fixtures.accounts import code_now
from tests.fixtures.browser import Walk, type_code
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)
NEW_PASSWORD = "nobody else knows this one"


def test_a_gift_is_reported_answered_and_answered_back(
    walk: Walk, fan: User, support: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    sent = send(fan, room, rose)
    page = walk(fan, f"/gifts/{sent.id}/")
    report_it(page)
    choose_password(page, fan)
    set_up_factor(page)
    page.get_by_role("link", name=SupportCase.objects.get().reference).click()
    expect(page.get_by_text("Not you", exact=True)).to_be_visible()

    office = walk(
        support, f"/admin/care/supportcase/{SupportCase.objects.get().pk}/case/", second_factor_age_s=0
    )
    office.get_by_label("Answer or note").fill("Who else uses your phone?")
    office.get_by_role("button", name="Answer", exact=True).click()
    expect(office.get_by_text("Sent. The person has it").first).to_be_visible()

    page.reload()
    expect(page.get_by_text("Who else uses your phone?")).to_be_visible()
    page.get_by_label("Your message").fill("My brother. He says sorry.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".thread li").last).to_contain_text("My brother.")
    expect(page.locator(".case-head .chip")).to_have_text("Waiting for us")

    office.reload()
    office.get_by_label("Why may the money move again?").fill("A brother, and all is settled")
    office.get_by_role("button", name="Let the money move again").click()
    expect(office.get_by_text("The money can move again.").first).to_be_visible()
    assert send(fan, room, rose).balance == 80


def report_it(page: Page) -> None:
    page.get_by_role("link", name="I did not do this").click()
    expect(page.get_by_role("checkbox").first).to_be_checked()
    page.get_by_role("button", name="Stop everything now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Now choose a new password")
    page.goto(page.url.replace("/support/secure/", "/balance/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Now choose a new password")


def choose_password(page: Page, person: User) -> None:
    page.get_by_role("button", name="Send me the code").click()
    page.locator("[name=code]").fill(code_for(person))
    page.get_by_role("button", name="Confirm").click()
    page.locator("[name=password1]").fill(NEW_PASSWORD)
    page.locator("[name=password2]").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    page.locator("[name=login]").fill(str(person.email))
    page.locator("[name=password]").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Now set up a second factor")


def code_for(person: User) -> str:
    message = OutboxMessage.objects.filter(recipient=person.email, subject__contains="new password").latest(
        "pk"
    )
    return str(re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}", message.text)[0])


def set_up_factor(page: Page) -> None:
    page.get_by_role("link", name="Set it up").click()
    secret = re.sub(r"\s", "", page.locator("code").first.inner_text())
    type_code(page, lambda: code_now(secret), button="Switch it on")
    page.goto(re.sub(r"(https?://[^/]+)/.*", r"\1/support/secure/", page.url))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is secured")


def test_help_begins_at_an_order_and_a_picture_goes_with_it(
    walk: Walk, fan: User, fund: Fund, tmp_path: Path
) -> None:
    order = fund(fan, 700)
    page = walk(fan, f"/orders/{order.pk}/")
    page.get_by_role("link", name="Get help with this").click()
    page.get_by_role("button", name="Check this order now").click()
    expect(page.get_by_text("700 coins are in your balance.")).to_be_visible()
    page.get_by_label("Your message").fill("I expected 1,400.")
    shot = tmp_path / "bank.png"
    shot.write_bytes(picture().read())
    page.get_by_label("Files").set_input_files(shot)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My coins did not arrive")
    with page.expect_download() as download:
        page.get_by_role("link", name="bank.webp").click()
    assert download.value.suggested_filename == "bank.webp"
    page.get_by_role("button", name="This is solved").click()
    expect(page.locator(".case-head .chip")).to_have_text("Solved")
