"""Which optional mails a person gets, and the menu that leads there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.template import Context
from django.test import Client
from rest_framework.test import APIClient

from accounts import activity_words, mails
from accounts.mails import Mail
from accounts.models import User, WantedTopic
from accounts.templatetags import settings_menu

pytestmark = pytest.mark.django_db
ADDRESS = "/settings/notifications/"


@pytest.fixture(autouse=True)
def _two_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    for topic in ("room_starts", "offers"):
        mail = Mail("s", "h", ("t",), topic=topic, good_for=timedelta(hours=1))
        monkeypatch.setitem(mails.MAILS, f"test_{topic}", mail)


def wanted(person: User) -> set[str]:
    return set(WantedTopic.objects.filter(user=person).values_list("topic", flat=True))


def test_nobody_gets_optional_mails_unasked(fan: User, page_as: Callable[[User], Client]) -> None:
    page = page_as(fan).get(ADDRESS)
    assert {(entry["code"], entry["wanted"]) for entry in page.context["topics"]} >= {
        ("room_starts", False), ("offers", False),
    }  # fmt: skip


def test_the_page_saves_what_is_ticked_for_its_person_only(
    client: Client, fan: User, stranger: User, page_as: Callable[[User], Client]
) -> None:
    assert client.post(ADDRESS, {"topics": ["offers"]}).headers["Location"].startswith("/accounts/login/")
    browser = page_as(fan)
    for _ in range(2):
        assert browser.post(ADDRESS, {"topics": ["room_starts", "offers", "nonsense"]}).status_code == 302
    assert (wanted(fan), wanted(stranger)) == ({"room_starts", "offers"}, set())
    browser.post(ADDRESS, {"topics": ["offers"]})
    assert wanted(fan) == {"offers"}


def test_the_api_turns_one_topic_on_and_off(fan: User, as_user: Callable[[User], APIClient]) -> None:
    program = as_user(fan)
    for is_wanted in (True, True, False, False, True):
        answer = program.put("/api/v1/me/notifications/offers/", {"is_wanted": is_wanted})
        assert answer.json()["is_wanted"] is is_wanted
    listed = {one["topic"]: one["is_wanted"] for one in program.get("/api/v1/me/notifications/").json()}
    assert (listed["offers"], listed["room_starts"]) == (True, False)
    assert program.put("/api/v1/me/notifications/security/", {"is_wanted": False}).status_code == 404


def test_a_topic_without_mails_has_no_switch(
    fan: User, page_as: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in [kind for kind, mail in mails.MAILS.items() if mail.topic == "offers"]:
        monkeypatch.delitem(mails.MAILS, kind)
    codes = [entry["code"] for entry in page_as(fan).get(ADDRESS).context["topics"]]
    assert "offers" not in codes


def test_the_menu_leaves_out_pages_that_are_not_there(
    fan: User, page_as: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    ghost = settings_menu.Entry("ghost", "nowhere:page", "Ghost", "Not there", "user")
    monkeypatch.setattr(settings_menu, "ENTRIES", (*settings_menu.ENTRIES, ghost))
    text = page_as(fan).get("/settings/").content.decode()
    assert "Ghost" not in text
    for address in ("/settings/account/", "/settings/activity/", ADDRESS, "/balance/"):
        assert f'href="{address}"' in text


def test_every_entry_of_the_menu_leads_to_a_page(fan: User, page_as: Callable[[User], Client]) -> None:
    browser = page_as(fan)
    drawn = settings_menu.settings_menu(Context(), "menu")
    for entry, address in drawn["entries"]:
        assert (entry.title, browser.get(address).status_code) == (entry.title, 200)


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/accounts/email/", "/settings/account/"),
        ("/accounts/phone/change/", "/settings/account/"),
        ("/accounts/password/change/", "/settings/security/"),
        ("/settings/your-data/", "/settings/your-data/"),
    ],
)
def test_the_menu_shows_where_one_is(
    fan: User, page_as: Callable[[User], Client], address: str, current: str
) -> None:
    text = page_as(fan).get(address).content.decode()
    assert text.count(f'<a href="{current}" aria-current="page">') == 1


def test_words_without_their_facts_are_still_words() -> None:
    assert activity_words.title("session_ended", {}) == "Signed out  from elsewhere"
    assert activity_words.more("signed_in", {}) == ""
    assert activity_words.title("something_else", {}) == "Something else"


def test_the_page_says_where_the_mails_go(fan: User, page_as: Callable[[User], Client]) -> None:
    browser = page_as(fan)
    assert "They go to <b>alice@example.com</b>." in browser.get(ADDRESS).text
    User.objects.filter(pk=fan.pk).update(email=None)  # as who joined by phone
    page = browser.get(ADDRESS).text
    assert "You have no email address here yet" in page
    assert 'href="/accounts/email/"' in page
    assert "They go to" not in page
