"""Each limit of a credential route, and that strangers stop themselves and not the right person (ADR 15)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from rest_framework.test import APIClient

from accounts import limits
from accounts.models import TextMessage, User
from accounts.services import verify_phone
from ground import clock
from tests.accounts.test_headless_journeys import NEW_PERSON, Program
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.texts import OTHER_PHONE, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]

WRONG = "not the password"
LOGIN = "/accounts/login/"


def from_address(ip: str) -> Program:
    program = Program()
    program.client = APIClient(REMOTE_ADDR=ip)
    return program


def guess(program: Program, person: User, times: int) -> list[int]:
    return [program.post("auth/login", email=person.email, password=WRONG).status_code for _ in range(times)]


def known_browser(person: User) -> Client:
    """A browser that the person signed in with once, signed out again."""
    browser = Client()
    assert browser.post(LOGIN, {"login": person.email, "password": PASSWORD}).status_code == 302
    browser.post("/accounts/logout/")
    return browser


def is_refusal(answer: Any, *, at_most_s: int) -> bool:
    """A 429 of ours: problem document with the wait in the header."""
    wait_s = int(answer["Retry-After"])
    return (
        answer.status_code == 429
        and answer["Content-Type"] == "application/problem+json"
        and answer.json()["code"] == "too_many_attempts"
        and answer.json()["retry_after_s"] == wait_s
        and 0 < wait_s <= at_most_s
    )


def test_five_guesses_from_one_place(fan: User) -> None:
    program = Program()
    assert guess(program, fan, 5) == [400] * 5
    assert is_refusal(program.post("auth/login", email=fan.email, password=PASSWORD), at_most_s=300)


def test_five_guesses_on_the_page(fan: User) -> None:
    browser = Client()
    for _ in range(5):
        browser.post(LOGIN, {"login": fan.email, "password": WRONG})
    page = browser.post(LOGIN, {"login": fan.email, "password": PASSWORD})
    assert (page.status_code, 290 <= int(page["Retry-After"]) <= 300) == (429, True)
    assert "Try again in 5 minutes." in page.content.decode()
    assert browser.get("/settings/").status_code == 302


def test_who_types_an_address_in_capitals_is_counted_with_it(fan: User) -> None:
    program = Program()
    for login in ("alice@example.com", "ALICE@example.com", "Alice@Example.com") * 2:
        answer = program.post("auth/login", email=login, password=WRONG)
    assert answer.status_code == 429


def test_guesses_by_phone_are_counted_by_number(fan: User, stranger: User) -> None:
    verify_phone(user=fan, number=PHONE, now=clock.now())
    verify_phone(user=stranger, number=OTHER_PHONE, now=clock.now())
    program = Program()
    for _ in range(6):
        program.post("auth/login", phone=PHONE, password=WRONG)
    assert is_refusal(program.post("auth/login", phone=PHONE, password=PASSWORD), at_most_s=300)
    assert (
        program.post("auth/login", phone=OTHER_PHONE, password=PASSWORD).status_code == 401
    )  # second factor


def test_a_stranger_elsewhere_stops_themselves_only(fan: User) -> None:
    assert guess(from_address("198.51.100.7"), fan, 6)[-1] == 429
    answer = from_address("198.51.100.8").post("auth/login", email=fan.email, password=PASSWORD)
    assert answer.status_code == 200


def test_a_stranger_behind_the_same_address_does_not_stop_a_known_device(fan: User) -> None:
    browser = known_browser(fan)
    assert guess(Program(), fan, 6)[-1] == 429
    assert browser.post(LOGIN, {"login": fan.email, "password": PASSWORD})["Location"] == "/"


def test_strangers_from_everywhere_do_not_stop_a_known_device(
    fan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = known_browser(fan)
    monkeypatch.setitem(limits.RATES, "password:account", "3/h/key")
    codes = [guess(from_address(f"198.51.100.{n}"), fan, 1)[0] for n in range(4)]
    assert codes == [400, 400, 400, 429]
    assert browser.post(LOGIN, {"login": fan.email, "password": PASSWORD})["Location"] == "/"


def test_a_known_device_of_another_person_is_a_stranger(fan: User, creator: User) -> None:
    browser = known_browser(fan)
    for _ in range(5):
        browser.post(LOGIN, {"login": creator.email, "password": WRONG})
    assert browser.post(LOGIN, {"login": creator.email, "password": PASSWORD}).status_code == 429


def test_a_known_device_that_was_stolen_guesses_ten_times(fan: User) -> None:
    browser = known_browser(fan)
    codes = [browser.post(LOGIN, {"login": fan.email, "password": WRONG}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


def test_a_made_up_device_cookie_is_nothing(fan: User) -> None:
    browser = Client()
    browser.cookies["ovation_device"] = f"[{fan.pk}]"
    codes = [browser.post(LOGIN, {"login": fan.email, "password": WRONG}).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]


def test_right_passwords_use_nothing_up(fan: User) -> None:
    assert {
        Program().post("auth/login", email=fan.email, password=PASSWORD).status_code for _ in range(7)
    } == {200}


def test_one_address_tries_few_accounts(fan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.RATES, "password:address", "3/m/ip")
    program = Program()
    for n in range(3):
        program.post("auth/login", email=f"nobody{n}@example.com", password=WRONG)
    assert is_refusal(program.post("auth/login", email=fan.email, password=PASSWORD), at_most_s=60)


def test_codes_by_mail_are_counted_by_place(fan: User, mailoutbox: list[EmailMessage]) -> None:
    program = Program()
    codes = [program.post("auth/password/request", email=fan.email).status_code for _ in range(5)]
    assert codes == [401] * 5
    assert is_refusal(program.post("auth/password/request", email=fan.email), at_most_s=60)
    assert len(mailoutbox) == 5
    assert from_address("198.51.100.8").post("auth/password/request", email=fan.email).status_code == 401


def test_codes_by_mail_still_come_to_a_known_device(fan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = known_browser(fan)
    monkeypatch.setitem(limits.RATES, "mail:account", "1/h/key")
    assert Program().post("auth/password/request", email=fan.email).status_code == 401
    assert Program().post("auth/password/request", email=fan.email).status_code == 429
    assert browser.post("/accounts/password/reset/", {"email": fan.email}).status_code == 302


def test_one_text_a_half_minute(fan: User) -> None:
    verify_phone(user=fan, number=PHONE, now=clock.now())
    assert Program().post("auth/password/request", phone=PHONE).status_code == 401
    assert is_refusal(Program().post("auth/password/request", phone=PHONE), at_most_s=30)
    assert TextMessage.objects.count() == 1
    assert from_address("198.51.100.8").post("auth/password/request", phone=PHONE).status_code == 401


def test_one_address_asks_for_few_texts() -> None:
    numbers = [f"+491511234567{n}" for n in range(6)]
    codes = [Program().post("auth/password/request", phone=number).status_code for number in numbers]
    assert codes == [401] * 5 + [429]
    assert TextMessage.objects.count() == 5


def test_one_number_gets_few_texts_from_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.RATES, "text:account", "2/h/key")
    codes = [
        from_address(f"198.51.100.{n}").post("auth/password/request", phone=PHONE).status_code
        for n in range(3)
    ]
    assert codes == [401, 401, 429]


def test_a_new_text_is_asked_for_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Client()
    facts = {name: value for name, value in NEW_PERSON.items() if name != "email"}
    browser.post("/accounts/signup/?by=phone", facts | {"phone": PHONE, "password1": PASSWORD, "terms": "on"})
    page = browser.post("/accounts/phone/verify/", {"action": "resend"})
    assert (page.status_code, int(page["Retry-After"]) <= 30) == (429, True)
    monkeypatch.setitem(limits.RATES, "text:place", "")
    assert browser.post("/accounts/phone/verify/", {"action": "resend"}).status_code == 302
    assert TextMessage.objects.count() == 2


def test_sign_ups_from_one_address_are_refused_with_the_wait() -> None:
    for _ in range(20):
        Program().post("auth/signup")
    assert is_refusal(Program().post("auth/signup"), at_most_s=60)
    page = Client().post("/accounts/signup/")
    assert (page.status_code, int(page["Retry-After"]) <= 60) == (429, True)


@pytest.mark.parametrize(
    ("path", "times", "body"),
    [
        ("auth/password/reset", 20, {"key": "ABCD-EFGH", "password": "x"}),
        ("auth/login", 30, {}),
    ],
)
def test_other_ways_in_are_limited_by_address(path: str, times: int, body: dict[str, str]) -> None:
    for _ in range(times):
        assert Program().post(path, **body).status_code in (400, 409)
    assert is_refusal(Program().post(path, **body), at_most_s=60)


@pytest.mark.parametrize(
    ("path", "times", "body"),
    [
        ("account/password/change", 5, {"current_password": WRONG, "new_password": "x"}),
        ("auth/reauthenticate", 10, {"password": WRONG}),
        ("account/email", 10, {"email": "no address"}),
        ("account/phone", 5, {"phone": "no number"}),
    ],
)
def test_what_changes_an_account_is_limited_by_person(
    fan: User,
    as_user: Callable[[User], APIClient],
    path: str,
    times: int,
    body: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(limits.RATES, "password:place", "")
    program = Program()
    program.client = as_user(fan)
    for _ in range(times):
        assert program.post(path, **body).status_code == 400
    assert is_refusal(program.post(path, **body), at_most_s=60)


@pytest.mark.parametrize(
    "path",
    [
        "/_allauth/app/v1/auth/provider/token",
        "/_allauth/app/v1/auth/2fa/authenticate",
        "/_allauth/app/v1/auth/email/verify",
        "/_allauth/app/v1/auth/phone/verify",
    ],
)
def test_every_credential_route_has_a_limit(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.RATES, "any", "2/m/ip")
    codes = [APIClient().post(path, {}, format="json").status_code for _ in range(2)]
    assert set(codes) <= {400, 401, 409}
    assert is_refusal(APIClient().post(path, {}, format="json"), at_most_s=60)
    assert APIClient().get("/_allauth/app/v1/auth/session").status_code == 401
