"""Guessing is limited by the real cache: passwords, codes, sign-ups."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.test_headless_journeys import NEW_PERSON, Program
from tests.accounts.test_second_factor import let_the_wait_pass, wrong_code
from tests.fixtures.accounts import PASSWORD, totp_code

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_sixth_guess_of_a_password_is_not_looked_at(fan: User) -> None:
    program = Program()
    for _ in range(5):
        program.post("auth/login", email=fan.email, password="a wrong password")
    answer = program.post("auth/login", email=fan.email, password=PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert 290 <= int(answer["Retry-After"]) <= 300


def test_guessing_one_address_does_not_lock_another_out(fan: User, stranger: User) -> None:
    program = Program()
    for _ in range(5):
        program.post("auth/login", email=fan.email, password="a wrong password")
    answer = Program().post("auth/login", email=stranger.email, password=PASSWORD)
    assert answer.status_code == 401  # the second factor is asked


def test_sign_ups_from_one_address_are_limited(legal_documents: None) -> None:
    statuses = [
        Program().post("auth/signup", **(NEW_PERSON | {"terms": False})).status_code for _ in range(21)
    ]
    assert statuses == [400] * 20 + [429]


def test_guessing_codes_is_stopped_on_the_page(creator: User) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": creator.email, "password": PASSWORD})
    for _ in range(5):
        browser.post("/accounts/2fa/authenticate/", {"code": wrong_code(creator)})
        let_the_wait_pass(creator)
    page = browser.post("/accounts/2fa/authenticate/", {"code": totp_code(creator)})
    assert "Too many attempts." in page.content.decode()
    assert browser.get("/settings/").status_code == 302


def test_a_wrong_code_makes_the_next_wait_in_the_headless_api(creator: User) -> None:
    program = Program()
    program.post("auth/login", email=creator.email, password=PASSWORD)
    first = program.post("auth/2fa/authenticate", code=wrong_code(creator))
    second = program.post("auth/2fa/authenticate", code=totp_code(creator))
    assert [answer.json()["errors"][0]["code"] for answer in (first, second)] == [
        "incorrect_code",
        "too_many_codes",
    ]


def test_asking_again_and_again_for_codes_is_limited(fan: User, client: Client) -> None:
    statuses = [client.post("/accounts/password/reset/", {"email": fan.email}).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]


def test_a_strangers_wrong_codes_do_not_stop_the_page_of_the_right_person(
    creator: User, stranger: User, page_as: Callable[[User], Client]
) -> None:
    browser = page_as(stranger)
    browser.post("/accounts/2fa/reauthenticate/", {"code": wrong_code(stranger)})
    answer = page_as(creator).post("/accounts/2fa/reauthenticate/", {"code": totp_code(creator)})
    assert answer.status_code == 302
