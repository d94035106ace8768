"""Following, blocking and giving without a name, as people do it in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from accounts import services
from accounts.models import Block, Follow, PrivacySettings, User
from gifts.models import Gift, SentGift
from gifts.services import send_gift
from ground import clock
from live.models import Room
from tests.fixtures.browser import Walk
from tests.fixtures.gifts import Fund

pytestmark = pytest.mark.django_db(transaction=True)


def test_following_from_the_profile_and_the_room(walk: Walk, site: str, fan: User, room: Room) -> None:
    page = walk(fan, "/@bob")
    expect(page.locator("[data-followers]")).to_have_text("0")
    page.get_by_role("button", name="Follow Bob").dblclick()
    expect(page.get_by_role("button", name="Unfollow Bob")).to_be_visible()
    expect(page.locator("[data-followers]")).to_have_text("1")
    assert Follow.objects.get().follower == fan

    page.goto(f"{site}/live/{room.pk}/")
    page.get_by_role("button", name="Unfollow Bob").press("Enter")
    expect(page.get_by_role("button", name="Follow Bob", exact=True)).to_be_visible()
    assert Follow.objects.count() == 0


def test_blocking_from_the_profile_and_taking_it_back(
    walk: Walk, site: str, fan: User, creator: User, room: Room
) -> None:
    watching = walk(fan, f"/live/{room.pk}/")
    expect(watching.locator("[data-link]")).to_have_attribute("data-state", "on")
    page = walk(creator, "/@alice")
    page.get_by_label("More about Alice").click()
    page.get_by_role("button", name="Block @alice").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Blocked people")
    assert Block.objects.get().blocked == fan
    expect(watching.locator("[data-link-words]")).to_have_text("not here any more")
    page.goto(f"{site}/@alice")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nobody here by this name.")
    page.goto(f"{site}/settings/privacy/blocked/")
    page.get_by_role("button", name="Unblock @alice").click()
    expect(page.get_by_role("heading", name="Nobody is blocked")).to_be_visible()
    assert Block.objects.count() == 0


def test_a_gift_without_a_name_as_its_creator_sees_it(
    walk: Walk, fan: User, creator: User, room: Room, rose: Gift, fund: Fund
) -> None:
    fund(fan, 100)
    settings = walk(fan, "/settings/privacy/")
    settings.get_by_label("Send my gifts anonymously").check()
    settings.get_by_role("button", name="Save").click()
    expect(settings.get_by_text("It counts from now on")).to_be_visible()
    assert PrivacySettings.objects.get().gifts_anonymously

    page = walk(creator, f"/live/{room.pk}/")
    expect(page.locator("[data-link]")).to_have_attribute("data-state", "on")
    send_gift(sender=fan, room_id=room.pk, gift="test-rose", quantity=1, coins=10, key="k", now=clock.now())

    line = page.locator(".line.gave")
    expect(line).to_contain_text("Anonymous sent Rose")
    assert line.locator("[data-face]").get_attribute("src") == "/art/avatar/anonymous.svg"
    page.reload()
    expect(page.locator(".line.gave")).to_contain_text("Anonymous sent Rose")
    expect(page.locator("[data-ticker]")).not_to_contain_text("Alice")
    assert SentGift.objects.get().is_anonymous


def test_who_may_not_speak_is_told_instead_of_a_field(
    walk: Walk, site: str, fan: User, creator: User, room: Room, person: Callable[..., User]
) -> None:
    services.update_privacy(person=creator, comments_from="followers")
    page = walk(fan, f"/live/{room.pk}/")
    expect(page.get_by_text("Bob does not take messages from everyone.")).to_be_visible()

    page.get_by_role("button", name="Follow Bob").click()
    expect(page.get_by_role("button", name="Unfollow Bob")).to_be_visible()
    page.reload()
    page.get_by_label("Your message").fill("Now I may")
    page.get_by_role("button", name="Send message").click()
    expect(page.locator(".line.said")).to_contain_text("Now I may")
