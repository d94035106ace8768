"""Pages and REST of offers and challenges: public, in the reader's time, before and after, as their person may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import set_topics
from accounts.services.mail import send_owed_mails
from ground import clock
from tests.wallet.offer_stage import HOUR, bonus, first_recharge, offer
from tests.wallet.test_challenges import challenge
from wallet.models import ChallengeAward
from wallet.services.coupons import make_code
from wallet.services.offer_catalogue import tell_about_offers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy")]

type As = Callable[[User], Client]


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def test_everybody_reads_what_runs_and_what_comes(client: Client) -> None:
    offer(slug="spring", name="Spring")
    offer(slug="later", name="Later", begins_in=HOUR)
    offer(slug="gone", name="Gone", ends_in=-HOUR / 2)
    offer(slug="draft", name="Draft", published_at=None)
    bonus(5, slug="coded", name="Coded", way="coupon")
    challenge(name="Five gifts")
    page = words(client.get("/offers/"))
    assert [name in page for name in ("Spring", "Later", "Gone", "Draft", "Coded", "Five gifts")] == [
        True, True, False, False, False, True,
    ]  # fmt: skip
    listed = client.get("/api/v1/offers/").json()
    assert [(one["slug"], one["state"]) for one in listed] == [("spring", "running"), ("later", "upcoming")]


def test_without_offers_the_page_says_so(client: Client) -> None:
    assert "No offer runs at the moment" in words(client.get("/offers/"))


def test_a_campaign_shows_prices_dates_and_conditions(client: Client, american: User, page_as: As) -> None:
    american.time_zone = "America/New_York"
    american.save()
    spring = offer(slug="spring", min_coins=350, per_user_limit=2)
    page = words(page_as(american).get("/offers/spring/"))
    assert "$8.05" in page
    assert "instead of </span>$8.95" in page
    assert "$0.81" not in page  # 70 coins are too few
    assert "For recharges of 350 coins or more." in page
    assert "2 times for each person." in page
    assert ("EST" in page, "EDT" in page).count(True) == 1
    assert "UTC" in words(client.get("/offers/spring/"))
    assert spring.ends_at is not None


@pytest.mark.parametrize(
    ("when", "said"),
    [({"begins_in": HOUR}, "Not yet"), ({"ends_in": -HOUR / 2}, "Ended"), ({"total_limit": 0}, "Used up")],
)
def test_a_campaign_says_how_it_stands(client: Client, when: dict[str, Any], said: str) -> None:
    offer(slug="spring", **when)
    assert said in words(client.get("/offers/spring/"))


def test_a_draft_is_seen_by_operators_alone(
    client: Client, operator: User, american: User, page_as: As, verified_page_as: As
) -> None:
    offer(slug="draft", published_at=None)
    for visitor in (client, page_as(american)):
        assert visitor.get("/offers/draft/?preview").status_code == 404
    assert verified_page_as(operator).get("/offers/draft/").status_code == 404
    assert "This is a draft" in words(verified_page_as(operator).get("/offers/draft/?preview"))


def test_a_quote_says_what_it_costs_and_brings(american: User, as_user: Callable[[User], APIClient]) -> None:
    first_recharge(slug="welcome")
    make_code(offer=offer(slug="spring", way="coupon", basis_points=5000), code="HALF", now=clock.now())
    api = as_user(american)
    plain = api.get("/api/v1/quotes/?package=coins-700").json()
    assert (plain["gross_minor"], plain["bonus_coins"], plain["offer"]) == (895, 100, "welcome")
    with_code = api.get("/api/v1/quotes/?coins=100&code=half").json()
    assert (with_code["listed_minor"], with_code["gross_minor"], with_code["is_code_used"]) == (
        129,
        129,
        False,
    )
    with_code = api.get("/api/v1/quotes/?coins=1000&code=half").json()
    assert (with_code["listed_minor"], with_code["gross_minor"], with_code["is_code_used"]) == (
        1290,
        645,
        True,
    )
    wrong = api.get("/api/v1/quotes/?coins=1000&code=other")
    assert (wrong.status_code, wrong.json()["code"]) == (404, "coupon_unknown")
    assert api.get("/api/v1/quotes/?coins=1000&package=coins-700").status_code == 400


def test_guesses_over_rest_end_in_429(american: User, as_user: Callable[[User], APIClient]) -> None:
    api = as_user(american)
    answers = [api.get(f"/api/v1/quotes/?coins=1000&code=wrong{number}") for number in range(11)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429]
    assert answers[-1]["Retry-After"] == "900"


def test_a_challenge_shows_how_far_one_is(
    client: Client, american: User, page_as: As, as_user: Callable[[User], APIClient]
) -> None:
    challenge(reward=bonus(5, slug="five-more", way="coupon", summary="5% more coins."))
    assert "Sign in" in words(client.get("/challenges/five-gifts/"))
    page = words(page_as(american).get("/challenges/five-gifts/"))
    assert "<b>0</b> of 5" in page
    assert "5 to go" in page
    read = as_user(american).get("/api/v1/challenges/five-gifts/").json()
    assert (read["reached"], read["is_won"], read["reward"]) == (0, False, "five-more")
    assert client.get("/api/v1/challenges/").json()[0]["reached"] is None
    assert client.get("/challenges/none/").status_code == 404


def test_a_badge_is_on_the_page_until_its_person_hides_it(
    client: Client, american: User, fan: User, page_as: As, as_user: Callable[[User], APIClient]
) -> None:
    award = ChallengeAward.objects.create(challenge=challenge(), user=american, reached=5, at=clock.now())
    assert "Bouquet" in words(client.get("/@ana"))
    assert page_as(fan).post(f"/badges/{award.pk}/", {"is_shown": "no"}).status_code == 404
    assert as_user(fan).put(f"/api/v1/me/badges/{award.pk}/", {"is_shown": False}).status_code == 404
    assert page_as(american).post(f"/badges/{award.pk}/", {"is_shown": "no"}).status_code == 302
    assert "Bouquet" not in words(client.get("/@ana"))
    assert "Bouquet" in words(page_as(american).get("/@ana"))
    shown = as_user(american).put(f"/api/v1/me/badges/{award.pk}/", {"is_shown": True}, format="json")
    assert shown.json()["is_shown"] is True
    assert "Bouquet" in words(client.get("/@ana"))
    assert [one["name"] for one in as_user(american).get("/api/v1/me/badges/").json()] == ["Bouquet"]


@pytest.mark.parametrize("path", ["/api/v1/offers/", "/offers/"])
def test_a_list_takes_the_same_queries_however_long(
    client: Client, path: str, django_assert_num_queries: Callable[..., Any]
) -> None:
    offer()
    client.get(path)
    with django_assert_num_queries(2 if path == "/offers/" else 1):
        client.get(path)
    for _ in range(5):
        offer()
    with django_assert_num_queries(2 if path == "/offers/" else 1):
        client.get(path)


def test_an_offer_that_starts_is_mailed_once_to_who_asked(
    american: User, fan: User, mailoutbox: list[Any]
) -> None:
    set_topics(user=fan, topics={"offers"})
    spring = offer(slug="spring", name="Spring is here", is_mailed=True, begins_in=HOUR)
    assert tell_about_offers(now=clock.now()) == 0
    assert [tell_about_offers(now=spring.starts_at) for _ in range(2)] == [1, 0]
    mailoutbox.clear()
    assert send_owed_mails(now=spring.starts_at) == 1
    assert (mailoutbox[0].to, mailoutbox[0].subject) == ([fan.email], "Spring is here")
    assert "/offers/spring/" in mailoutbox[0].body
    assert "/unsubscribe/" in mailoutbox[0].body
    assert american.email not in mailoutbox[0].to
