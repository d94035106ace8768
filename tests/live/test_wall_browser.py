"""A creator's wall and the ways to share a page, in a real browser."""

from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from accounts.models import User
from live.models import Comment
from tests.fixtures.browser import Walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]


def test_a_comment_is_written_answered_liked_and_removed(walk: Walk, fan: User, creator: User) -> None:
    page = walk(fan, f"/@{creator.handle}")
    page.get_by_label(f"Write on the wall of {creator.name}").fill("Thank you\nfor tonight")
    page.get_by_role("button", name="Post", exact=True).dblclick()
    expect(page.locator(".comment-text")).to_have_text("Thank you\nfor tonight", use_inner_text=True)
    assert Comment.objects.count() == 1

    theirs = walk(creator, f"/@{creator.handle}")
    theirs.get_by_role("button", name="Like").click()
    expect(theirs.get_by_role("button", name="Like")).to_have_attribute("aria-pressed", "true")
    theirs.locator("details.reply summary").click()
    theirs.get_by_label(f"Reply to {fan.name}").fill("Come again")
    theirs.get_by_role("button", name="Reply", exact=True).click()
    expect(theirs.locator(".replies .comment-text")).to_have_text("Come again")

    page.reload()
    expect(page.locator(".comment")).to_have_count(2)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("This comment was removed.")).to_be_visible()
    expect(page.locator(".replies .comment-text")).to_have_text("Come again")


def test_a_page_is_shared_by_its_address_and_by_plain_links(walk: Walk, creator: User, site: str) -> None:
    page = walk(None, f"/@{creator.handle}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".share-menu summary").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{site}/@bob"
    for link in page.locator(".share-menu a").all():
        address = link.get_attribute("href") or ""
        assert (link.get_attribute("rel"), link.get_attribute("target")) == (
            "noopener noreferrer nofollow",
            "_blank",
        )
        assert f"={quote(f'{site}/@bob', safe='')}" in address
        assert "utm" not in address


def test_what_is_looked_for_is_found(walk: Walk, creator: User) -> None:
    page = walk(None, "/explore/")
    page.get_by_role("searchbox").fill("bob")
    page.keyboard.press("Enter")
    page.locator(".found a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bob")
