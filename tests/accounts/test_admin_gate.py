"""The back office opens for staff whose session was verified by a second factor, and for nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import LegalDocument, User

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESSES = [
    "/admin/",
    "/admin/accounts/user/",
    "/admin/accounts/acceptance/",
    "/admin/accounts/legaldocument/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_password_only_staff_session_gets_no_admin_page(
    operator: User, page_as: Callable[[User], Client], address: str
) -> None:
    answer = page_as(operator).get(address)
    assert answer.status_code == 302
    assert b"olga@example.com" not in answer.content


@pytest.mark.parametrize("address", ADDRESSES)
def test_staff_with_a_second_factor_gets_the_page(
    operator: User, verified_page_as: Callable[..., Client], address: str
) -> None:
    assert verified_page_as(operator).get(address).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_verified_person_who_is_not_staff_gets_no_admin_page(
    creator: User, verified_page_as: Callable[..., Client], client: Client, address: str
) -> None:
    assert verified_page_as(creator).get(address).status_code == 302
    assert client.get(address).status_code == 302


def test_an_operator_finds_a_person_and_changes_nothing(
    operator: User, fan: User, verified_page_as: Callable[..., Client]
) -> None:
    browser = verified_page_as(operator)
    found = browser.get("/admin/accounts/user/", {"q": "alice@"}).content.decode()
    assert "alice@example.com" in found
    assert browser.post(f"/admin/accounts/user/{fan.pk}/change/", {"handle": "boss"}).status_code == 403
    page = browser.get(f"/admin/accounts/user/{fan.pk}/change/").content.decode()
    assert fan.password not in page


def test_a_document_in_force_cannot_be_edited(
    operator: User, verified_page_as: Callable[..., Client]
) -> None:
    document = LegalDocument.objects.get(kind="terms")
    browser = verified_page_as(operator)
    answer = browser.post(f"/admin/accounts/legaldocument/{document.pk}/change/", {"title": "Other"})
    assert answer.status_code == 403


@pytest.mark.parametrize("model", ["account/emailaddress", "mfa/authenticator", "usersessions/usersession"])
def test_what_would_open_an_account_has_no_admin_page(
    operator: User, verified_page_as: Callable[..., Client], model: str
) -> None:
    assert verified_page_as(operator).get(f"/admin/{model}/").status_code == 404
