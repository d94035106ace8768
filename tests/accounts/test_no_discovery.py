"""Nobody learns from us who has an account: the same answer, and the same work, for those who have none.

Work is counted, not timed: how often a password is hashed, and how many mails and texts are owed.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import TextMessage, User
from accounts.services import verify_phone
from ground import clock
from tests.accounts.test_headless_journeys import NEW_PERSON, Program
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.texts import OTHER_PHONE, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]

WRONG = "not the password"
NEW = {name: value for name, value in NEW_PERSON.items() if name != "email"}
Hashed = list[str]


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> Hashed:
    """The passwords that were hashed: the suite's hasher stands for Argon2, of which each call costs the same."""
    seen: Hashed = []
    encode = MD5PasswordHasher.encode

    def noting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        seen.append(password)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", noting)
    return seen


@pytest.fixture
def member(fan: User) -> User:
    """Alice, with a phone number."""
    verify_phone(user=fan, number=PHONE, now=clock.now())
    return fan


def seen(answer: Any, *typed: str) -> tuple[int, str]:
    """What a stranger sees, without their own session's token and what they typed themselves."""
    words = answer.content.decode()
    if answer.headers["Content-Type"] == "application/json":
        facts = answer.json()
        facts.get("meta", {}).pop("session_token", None)
        words = str(facts)
    for secret in typed:
        words = words.replace(secret, "…")
    return answer.status_code, words


@pytest.mark.parametrize(
    ("theirs", "nobodys"),
    [
        ({"email": "alice@example.com"}, {"email": "nobody@example.com"}),
        ({"phone": PHONE}, {"phone": OTHER_PHONE}),
    ],
)
def test_signing_in(member: User, hashed: Hashed, theirs: dict[str, str], nobodys: dict[str, str]) -> None:
    known = Program().post("auth/login", password=WRONG, **theirs)
    assert hashed == [WRONG]
    hashed.clear()
    unknown = Program().post("auth/login", password=WRONG, **nobodys)
    assert hashed == [WRONG]
    assert seen(known) == seen(unknown)
    assert known.status_code == 400


@pytest.mark.parametrize(
    ("theirs", "nobodys"), [("alice@example.com", "nobody@example.com"), (PHONE, OTHER_PHONE)]
)
def test_signing_in_on_the_page(member: User, hashed: Hashed, theirs: str, nobodys: str) -> None:
    pages = []
    for login in (theirs, nobodys):
        page = Client().post("/accounts/login/", {"login": login, "password": WRONG}).content.decode()
        pages.append(page.partition('<form class="form"')[2].replace(login, "…").partition("csrf")[0])
        assert "do not belong together" in page
    assert (hashed, pages[0] == pages[1]) == ([WRONG, WRONG], True)


@pytest.mark.parametrize(
    ("theirs", "nobodys"),
    [
        ({"email": "alice@example.com"}, {"email": "nobody@example.com"}),
        ({"phone": PHONE}, {"phone": OTHER_PHONE}),
    ],
)
def test_signing_up(
    member: User,
    hashed: Hashed,
    mailoutbox: list[EmailMessage],
    theirs: dict[str, str],
    nobodys: dict[str, str],
) -> None:
    answers, work = [], []
    for address in (theirs, nobodys):
        answer = Program().post("auth/signup", **(NEW | address))
        answers.append(seen(answer, *address.values()))
        work.append((list(hashed), len(mailoutbox) + TextMessage.objects.filter(state="owed").count()))
        hashed.clear()
    assert answers[0] == answers[1]
    assert answers[0][0] == 401
    assert work == [([PASSWORD], 1), ([PASSWORD], 2)]


@pytest.mark.parametrize(
    ("theirs", "nobodys"),
    [
        ({"email": "alice@example.com"}, {"email": "nobody@example.com"}),
        ({"phone": PHONE}, {"phone": OTHER_PHONE}),
    ],
)
def test_asking_for_a_new_password(
    member: User, mailoutbox: list[EmailMessage], theirs: dict[str, str], nobodys: dict[str, str]
) -> None:
    answers, guesses, sent = [], [], []
    for address in (theirs, nobodys):
        program = Program()
        answers.append(seen(program.post("auth/password/request", **address), *address.values()))
        guess = program.post("auth/password/reset", key="ABCD-EFGH", password=PASSWORD)
        guesses.append(seen(guess, *address.values()))
        sent.append(len(mailoutbox) + TextMessage.objects.count())
    assert answers[0] == answers[1]
    assert guesses[0] == guesses[1]
    assert (guesses[0][0], sent) == (400, [1, 2])


@pytest.mark.parametrize("address", [{"email": "alice@example.com"}, {"email": "nobody@example.com"}])
def test_guessing_a_mailed_code(member: User, address: dict[str, str]) -> None:
    program = Program()
    program.post("auth/password/request", **address)
    weak = program.post("auth/password/reset", key="ABCD-EFGH", password="alice")
    assert [(error["param"], error["code"]) for error in weak.json()["errors"]] == [("key", "incorrect_code")]
    ask = partial(program.client.get, "/_allauth/app/v1/auth/password/reset")
    asked = [ask(HTTP_X_PASSWORD_RESET_KEY="ABCD-EFGH").status_code for _ in range(3)]
    assert asked == [400, 400, 409]


def test_guessing_a_texted_code(member: User) -> None:
    guesses = []
    for number in (PHONE, OTHER_PHONE):
        program = Program()
        program.post("auth/signup", **(NEW | {"phone": number}))
        codes = [program.post("auth/phone/verify", code="000000") for _ in range(4)]
        guesses.append([seen(answer, number) for answer in codes])
    assert guesses[0] == guesses[1]
    assert [status for status, _ in guesses[0]] == [400, 400, 400, 409]


@pytest.mark.parametrize("by", ["", "?by=phone"])
def test_the_pages_after_sign_up_say_the_same(member: User, by: str) -> None:
    pages = []
    fields = ("phone", PHONE, OTHER_PHONE) if by else ("email", "alice@example.com", "nobody@example.com")
    for address in fields[1:]:
        browser = Client()
        facts = NEW | {"password1": PASSWORD, "terms": "on", fields[0]: address}
        answer = browser.post(f"/accounts/signup/{by}", facts)
        page = browser.get(answer["Location"]).content.decode().replace(address, "…")
        pages.append((answer["Location"], page.partition('<main id="main"')[2].partition("csrf")[0]))
    assert pages[0] == pages[1]


def test_a_number_of_another_is_only_told_to_who_holds_the_phone(
    member: User, stranger: User, verified_client: Callable[..., Any], texts: Callable[[str], list[str]]
) -> None:
    client = verified_client(stranger)
    answer = client.post("/_allauth/app/v1/account/phone", {"phone": PHONE}, format="json")
    assert answer.status_code == 202
    code = texts(PHONE)[-1][:6]
    answer = client.post("/_allauth/app/v1/auth/phone/verify", {"code": code}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "phone_taken")
    assert str(member.phone.number) == PHONE
