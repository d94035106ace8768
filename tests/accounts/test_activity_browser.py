"""Looking after one's account in a real browser: end a session, choose a phrase, read what happened."""

import pytest
from playwright.sync_api import expect

from accounts.models import OwedMail, User
from tests.accounts.test_activity import sign_in
from tests.fixtures.browser import Walk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_ends_a_session_and_chooses_a_phrase(walk: Walk, site: str, fan: User) -> None:
    elsewhere = sign_in(fan)
    page = walk(fan, "/settings/")
    page.get_by_role("link", name="Activity").click()
    page.get_by_role("button", name="Sign out Firefox on Linux").press("Enter")
    expect(page.get_by_text("Signed out there.")).to_be_visible()
    assert elsewhere.get("/settings/").status_code == 302

    page.get_by_label("Your phrase").fill("blue giraffe")
    page.get_by_role("button", name="Use this phrase").click()
    expect(page.get_by_label("Your phrase")).to_have_value("blue giraffe")
    assert OwedMail.objects.filter(kind="phrase_changed").count() == 1

    page.get_by_role("link", name="Sign-ins").click()
    expect(page.get_by_text("Changed the anti-phishing phrase")).to_have_count(0)
    expect(page.get_by_text("Signed in from a new device")).to_be_visible()
