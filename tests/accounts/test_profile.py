"""Names and bios, what only support changes, and the public page with its card."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from accounts import services
from accounts.errors import AgeRequired
from accounts.models import PrivacySettings, User
from accounts.profile_errors import BirthDateFixed, CountryFixed
from accounts.words import clean_bio, clean_name, count_graphemes
from ground import clock
from look.share_card import SIZE

FAMILY = "👩\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("e\u0301", 1),
        (FAMILY, 1),
        ("🇩🇪🇫🇷", 2),
        ("👍🏽", 1),
        ("नमस्ते", 4),
        ("한국", 2),
        ("❤️", 1),
    ],
)
def test_lengths_are_counted_as_readers_do(text: str, count: int) -> None:
    assert count_graphemes(text) == count


@pytest.mark.parametrize(
    "name",
    [
        "Mira Solvang",
        "Inês Leal",
        "Oskar Wiśniewski",
        "静かな夜",
        "محمد",
        "می\u200cخواهم",
        f"Ann {FAMILY}",
        "नमस्ते",
        "O’Neil",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    ],
)
def test_names_of_all_scripts_stand_as_they_are(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "a\u202eb",
        "a\u2066b",
        "a\u200bb",
        "a\x00b",
        "a\x1bb",
        "\u3164",
        "\u2800",
        "a\u2028b\ufeff",
        "x" + "\u0301" * 5,
        "\u200dx",
        "\ue000",
        "a\u00adb",
    ],
)
def test_what_hides_or_turns_is_refused(name: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_name(name)
    assert refusal.value.code == "name_hidden"


@pytest.mark.parametrize(
    "name",
    [
        "Ovation",
        "OVATION Support",
        "Оvation",
        "0vation team",
        "Admin",
        "adm1n",
        "Mira (Official)",
        "S\u0308taff",
    ],
)
def test_only_staff_may_pass_for_the_house(name: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_name(name)
    assert refusal.value.code == "name_reserved"
    clean_name(name, is_staff=True)


def test_thirty_families_are_a_name_and_thirty_one_letters_are_not() -> None:
    assert clean_name("é" * 30) == "é" * 30
    with pytest.raises(ValidationError):
        clean_name("a" * 31)
    assert clean_name("  two \t words ") == "two words"


def test_a_bio_keeps_a_few_lines() -> None:
    assert clean_bio(" one \r\n\r\n\r\n\r\ntwo\u00a0 ") == "one\n\ntwo"
    for wrong in ("a\n" * 9 + "a", "x" * 301, "a\u202eb"):
        with pytest.raises(ValidationError):
            clean_bio(wrong)


@pytest.mark.django_db
def test_a_birth_date_is_set_once(fan: User) -> None:
    with pytest.raises(BirthDateFixed):
        services.update_profile(user=fan, birth_date=date(1980, 1, 1), now=clock.now())
    User.objects.filter(pk=fan.pk).update(birth_date=None)
    with pytest.raises(AgeRequired):
        services.update_profile(user=fan, birth_date=clock.today(), now=clock.now())
    services.update_profile(user=fan, birth_date=date(1980, 1, 1), now=clock.now())
    assert User.objects.get(pk=fan.pk).birth_date == date(1980, 1, 1)


@pytest.mark.django_db
def test_a_country_follows_the_person_unless_they_are_paid_there(fan: User, creator: User) -> None:
    services.update_profile(user=fan, country="FR", now=clock.now())
    with pytest.raises(CountryFixed):
        services.update_profile(user=creator, country="FR", now=clock.now())
    assert [User.objects.get(pk=p.pk).country for p in (fan, creator)] == ["FR", "DE"]


@pytest.mark.django_db
def test_nobody_moves_to_a_country_where_they_are_too_young(fan: User) -> None:
    today = clock.today()
    User.objects.filter(pk=fan.pk).update(birth_date=today.replace(year=today.year - 18, day=1, month=1))
    with pytest.raises(AgeRequired):
        services.update_profile(user=fan, country="KR", now=clock.now())
    assert User.objects.get(pk=fan.pk).country == "DE"


@pytest.mark.django_db
def test_rest_changes_a_profile_and_names_each_wrong_field(
    fan: User, as_user: Callable[[User], APIClient]
) -> None:
    client = as_user(fan)
    done = client.patch("/api/v1/me/", {"display_name": " Ali ", "bio": "Hello\nthere", "country": "FR"})
    assert (done.status_code, done.json()["name"], done.json()["country"]) == (200, "Ali", "FR")
    wrong = {"display_name": "Ovation Support", "bio": "a\u202e", "country": "XX", "time_zone": "Mars"}
    refused = client.patch("/api/v1/me/", wrong)
    assert (refused.status_code, set(refused.json()["errors"])) == (400, set(wrong))
    fixed = client.patch("/api/v1/me/", {"birth_date": "1980-01-01"})
    assert (fixed.status_code, fixed.json()["code"]) == (409, "birth_date_fixed")


@pytest.mark.django_db
def test_the_account_page_changes_a_profile(fan: User, page_as: Callable[[User], Client]) -> None:
    facts = {
        "display_name": "Ali",
        "bio": "Hi",
        "country": "FR",
        "language": "en",
        "time_zone": "Asia/Kolkata",
    }
    page = page_as(fan)
    assert page.post("/settings/account/", facts).status_code == 302
    fan.refresh_from_db()
    assert (fan.display_name, fan.country, fan.time_zone) == ("Ali", "FR", "Asia/Kolkata")
    refused = page.post("/settings/account/", facts | {"display_name": "a\u202eb"})
    assert (refused.status_code, "hide or turn" in refused.content.decode()) == (400, True)


@pytest.mark.django_db
def test_a_public_page_has_a_card_for_other_networks(creator: User, client: Client) -> None:
    User.objects.filter(pk=creator.pk).update(bio="Kora <songs>")
    page = client.get("/@BOB").content.decode()
    assert '<meta property="og:title" content="Bob on Ovation">' in page
    assert '<meta property="og:description" content="Kora &lt;songs&gt;">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    assert 'content="http://testserver/@bob/card.png?v=' in page
    assert 'href="https://t.me/share/url?url=http%3A%2F%2Ftestserver%2F%40bob&amp;text=Bob"' in page
    assert 'rel="noopener noreferrer nofollow"' in page


@pytest.mark.django_db
def test_the_card_is_drawn_once_and_anew_for_a_new_name(creator: User, client: Client) -> None:
    first = client.get("/@bob/card.png")
    with Image.open(BytesIO(first.content)) as image:
        assert (image.format, image.size, first["Content-Type"]) == ("PNG", SIZE, "image/png")
    assert client.get("/@bob/card.png").content == first.content
    services.update_profile(user=creator, display_name="静かな夜", now=clock.now())
    assert client.get("/@bob/card.png").content != first.content


@pytest.mark.django_db
def test_a_profile_that_not_everybody_sees_has_no_page_and_no_card(
    creator: User, client: Client, as_user: Callable[[User], APIClient]
) -> None:
    PrivacySettings.objects.create(user=creator, profile_seen_by="nobody")
    for path in (
        "/@bob",
        "/@bob/card.png",
        "/api/v1/people/bob/",
        "/@nobody.here",
        "/@b%00b",
        "/@" + "b" * 300,
    ):
        assert client.get(path).status_code == 404, path
    assert as_user(creator).get("/api/v1/people/bob/").status_code == 200


@pytest.mark.django_db
def test_rest_tells_of_a_person_what_everybody_may_know(creator: User, client: Client) -> None:
    known = client.get("/api/v1/people/bob/").json()
    assert known.keys() == {
        *("id", "handle", "name", "avatar", "bio", "is_creator", "joined_at"),
        *("avatar_sizes", "page", "card", "room_page"),
    }
    assert (known["page"], known["room_page"], known["avatar_sizes"]) == ("http://testserver/@bob", None, {})
