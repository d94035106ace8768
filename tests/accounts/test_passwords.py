"""Which passwords are taken, and that they are rated and looked up without being kept."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import EmailMessage
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import SecurityEvent, User
from accounts.passwords.leaked import is_common, is_leaked
from accounts.passwords.strength import rate
from config.environment import leaked_list
from tests.accounts.test_headless_journeys import NEW_PERSON, Program, errors_of
from tests.fixtures.accounts import PASSWORD, send_mails

ADDRESS = "/api/v1/password-strength/"
DORA = User(handle="dora", email="dorothea.b@example.com", display_name="Dora Brandt")


def codes_of(password: str, user: User | None = DORA) -> set[str]:
    """Why the password is refused; nothing: it is taken."""
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        return {str(error.code) for error in refusal.error_list}
    return set()


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("a clap seen as sound", set()),
        ("correct horse battery staple", set()),
        ("x" * 300, {"password_too_weak"}),
        ("short", {"password_too_short"}),
        ("qwertyuiop", {"password_too_common"}),
        ("QwertyUIOP", {"password_too_common"}),
        ("abcabcabcabc", {"password_too_weak"}),
        ("brandtdora1990", {"password_contains_name"}),
        ("standing dorothea.b ovation", {"password_contains_name"}),
        ("standing DORO-THEA b ovation", {"password_contains_name"}),
    ],
)
def test_a_password_is_refused_for_its_own_reason(password: str, codes: set[str]) -> None:
    assert codes <= codes_of(password)
    assert codes or codes_of(password) == set()


def test_what_is_known_of_the_person_is_easy_to_guess() -> None:
    assert rate("wolkenbruch brandtner").score == 4
    assert rate("wolkenbruch", ["wolkenbruch"]).score < rate("wolkenbruch").score


def test_a_long_password_is_rated_in_a_blink() -> None:
    assert rate("4@8({[<369&" * 6).score >= 0
    assert rate("p@$$w0rd!" * 40).score < 3


@pytest.mark.parametrize("password", ["1q2w3e4r5t", "1234567890", "basketball", "zxcvbnm123"])
def test_the_commonest_are_in_the_list(password: str) -> None:
    assert is_common(password)


def test_an_uncommon_one_is_not_in_the_list() -> None:
    assert not is_common("a clap seen as sound")
    assert not is_common("")


def leaked_file(path: Path, passwords: list[str], ending: str) -> str:
    """A file as Have I Been Pwned's downloader writes it."""
    digests = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in passwords)  # noqa: S324
    lines = [f"{digest}:{n * n + 1}{ending}" for n, digest in enumerate(digests)]
    path.write_text("".join(lines), newline="")
    return str(path)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("count", [1, 2, 3, 500])
def test_each_line_of_a_leaked_list_is_found_and_nothing_else(
    tmp_path: Path, ending: str, count: int
) -> None:
    words = [f"leaked {n}" for n in range(count)]
    path = leaked_file(tmp_path / "list.txt", words, ending)
    assert [word for word in words if not is_leaked(word, path)] == []
    assert [n for n in range(500) if is_leaked(f"never {n}", path)] == []


def test_a_leaked_password_is_refused(tmp_path: Path, settings: Any) -> None:
    settings.BREACHED_PASSWORDS = leaked_file(tmp_path / "list.txt", ["a clap seen as sound"], "\n")
    assert codes_of("a clap seen as sound") == {"password_leaked"}
    assert codes_of("a clap seen as light") == set()


@pytest.mark.parametrize("content", [None, "", "password\n", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8:3\n"])
def test_a_file_that_is_no_such_list_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    path = tmp_path / "list.txt"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("OVATION_BREACHED_PASSWORDS", str(path))
    with pytest.raises(ImproperlyConfigured, match="OVATION_BREACHED_PASSWORDS"):
        leaked_list("OVATION_BREACHED_PASSWORDS")


@pytest.mark.django_db
def test_anybody_may_ask_how_strong_a_password_is() -> None:
    answer = APIClient().post(ADDRESS, {"password": "brandtdora1990", "handle": "Dora", "email": ""})
    assert (answer.status_code, answer.json()["is_accepted"]) == (200, False)
    assert answer.json()["problems"][0].startswith("Leave your handle and your address out")
    good = APIClient().post(ADDRESS, {"password": PASSWORD}).json()
    assert good == {"score": 4, "words": "Very strong", "is_accepted": True, "problems": []}


@pytest.mark.django_db
def test_a_member_is_rated_as_who_they_are(fan: User, as_user: Callable[[User], APIClient]) -> None:
    told = as_user(fan).post(ADDRESS, {"password": "here comes alice again", "handle": "other"}).json()
    assert told["is_accepted"] is False


@pytest.mark.django_db(transaction=True)
def test_ratings_are_limited_and_say_when_to_come_back(settings: Any) -> None:
    settings.STRENGTH_RATE = "3/m/ip"
    answers = [APIClient().post(ADDRESS, {"password": "x"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"


@pytest.mark.django_db(transaction=True)
def test_a_rated_password_is_in_no_log_and_no_table(site: str, legal_documents: None) -> None:
    secret = "a violin under the third seat"
    with httpx.Client(base_url=site) as program:
        assert program.post(ADDRESS, json={"password": secret}).json()["score"] == 4
        assert program.post(ADDRESS, json={"password": [secret]}).status_code == 400
    assert secret not in (Path(os.environ["OVATION_WORKER_DATA"]) / "web.log").read_text()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("dora goes to town", "password_contains_name"),
        ("abcabcabcabc", "password_too_weak"),
        ("1q2w3e4r5t", "password_too_common"),
    ],
)
def test_a_weak_password_opens_no_account(
    legal_documents: None, client: Client, password: str, code: str
) -> None:
    answer = Program().post("auth/signup", **(NEW_PERSON | {"password": password}))
    assert (answer.status_code, errors_of(answer)["password"]) == (400, code)
    page = client.post("/accounts/signup/", NEW_PERSON | {"password1": password, "terms": "on"})
    assert code in {error.code for error in page.context["form"].errors.as_data()["password1"]}
    assert User.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_who_has_no_second_factor_changes_the_password_by_the_present_one(
    fan: User, page_as: Callable[[User], Client], mailoutbox: list[EmailMessage]
) -> None:
    here, elsewhere = page_as(fan), page_as(fan)
    new = "curtain up at eight"
    change = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", change).headers["Location"] == "/settings/security/"
    assert (here.get("/settings/").status_code, elsewhere.get("/settings/").status_code) == (200, 302)
    send_mails()
    assert mailoutbox[-1].subject == "Your password was changed"
    assert SecurityEvent.objects.get(user=fan, kind="password_changed").ip == "127.0.0.1"


@pytest.mark.django_db(transaction=True)
def test_passwords_that_were_posted_too_late_are_not_kept_in_the_session(
    creator: User, page_as: Callable[[User], Client]
) -> None:
    browser = page_as(creator)
    new = "curtain up at eight"
    browser.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert PASSWORD.split()[1] not in str(dict(browser.session.items()))
    assert "curtain" not in str(dict(browser.session.items()))
