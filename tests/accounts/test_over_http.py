"""One whole journey over real HTTP, against the program as it runs: uvicorn, ASGI, its own process."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from accounts.models import User
from demo.models import OutboxMessage
from tests.accounts.test_headless_journeys import NEW_PERSON
from tests.fixtures.accounts import PASSWORD, code_now, recovery_codes

pytestmark = pytest.mark.django_db(transaction=True)
APP = "/_allauth/app/v1"


class Program:
    """An HTTP client that keeps allauth's session token, as the story's does."""

    def __init__(self, site: str) -> None:
        self.http = httpx.Client(base_url=site)

    def __call__(self, method: str, path: str, **body: Any) -> httpx.Response:
        answer = self.http.request(method, path, json=body or None)
        token = answer.json().get("meta", {}).get("session_token")
        if token:
            self.http.headers["X-Session-Token"] = token
        return answer


@pytest.fixture
def program(site: str) -> Iterator[Program]:
    program = Program(site)
    yield program
    program.http.close()


def mailed_code() -> str:
    """The code of the newest mail in the outbox."""
    found = re.search(r"\b\d{6}\b", OutboxMessage.objects.latest("pk").text)
    assert found
    return found[0]


def test_a_program_joins_enrols_and_proves_itself(legal_documents: None, program: Program) -> None:
    assert program("POST", f"{APP}/auth/signup", **NEW_PERSON).status_code == 401
    assert program("POST", f"{APP}/auth/email/verify", key=mailed_code()).status_code == 200
    secret = program("GET", f"{APP}/account/authenticators/totp").json()["meta"]["secret"]
    code = code_now(secret)
    assert program("POST", f"{APP}/account/authenticators/totp", code=code).status_code == 200
    assert program("GET", "/api/v1/me/").json()["is_verified"] is True
    assert_no_secret_in_the_log(code, secret, PASSWORD, program.http.headers["X-Session-Token"])


def test_a_program_signs_in_with_its_second_factor(creator: User, program: Program) -> None:
    first, second = recovery_codes(creator)[:2]
    assert program("POST", f"{APP}/auth/login", email=creator.email, password=PASSWORD).status_code == 401
    assert program("GET", "/api/v1/me/").status_code == 401
    assert program("POST", f"{APP}/auth/2fa/authenticate", code=first).status_code == 200
    assert program("GET", "/api/v1/me/").json()["is_verified"] is True
    assert program("POST", f"{APP}/auth/2fa/reauthenticate", code=second).status_code == 200
    assert program("POST", f"{APP}/auth/2fa/reauthenticate", code=first).status_code == 400


def assert_no_secret_in_the_log(*secrets: str) -> None:
    log = (Path(os.environ["OVATION_WORKER_DATA"]) / "web.log").read_text()
    assert [secret for secret in secrets if secret in log] == []
