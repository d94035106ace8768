"""An address that does not take a method says so, in the house's words."""

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/@bob/follow/", "/settings/account/avatar/", "/settings/activity/other-sessions/"]
)
def test_a_page_says_that_only_a_button_leads_here(
    address: str, fan: User, page_as: Callable[[User], Client]
) -> None:
    answer = page_as(fan).get(address)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address cannot be opened by itself." in answer.text
    assert "Go back and use the button or form that leads here." in answer.text


@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/_allauth/app/v1/auth/login"), ("PATCH", "/api/v1/rooms/")]
)
def test_a_program_gets_a_problem_document(
    method: str, address: str, fan: User, as_user: Callable[[User], APIClient]
) -> None:
    answer = as_user(fan).generic(method, address)
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer.json()["code"] == "method_not_allowed"
    assert answer.json()["next_step"] == "Use one of the methods named in the `Allow` header."
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", ["/", "/admin/", "/accounts/2fa/", "/healthz", "/nowhere/"])
def test_no_page_takes_what_no_form_sends(method: str, address: str, client: Client) -> None:
    answer = client.generic(method, address)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
