"""Who gets a page of the back office."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.fixtures.accounts import totp_code


@pytest.fixture
def changelists() -> list[str]:
    return [
        reverse(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist") for m in admin.site._registry
    ]


def test_a_visitor_is_sent_to_the_sites_own_sign_in(client: Client, installed: None) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/login/"


def test_a_session_with_a_password_only_gets_no_page(
    operator: User, installed: None, page_as: Callable[[User], Client], changelists: list[str]
) -> None:
    browser = page_as(operator)
    for address in ["/admin/", *changelists]:
        answer = browser.get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/"), address
    sent = browser.get("/admin/login/?next=/admin/payouts/payout/")
    assert sent["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2Fpayouts%2Fpayout%2F"


def test_a_code_opens_the_back_office_where_the_operator_was_going(
    operator: User, installed: None, page_as: Callable[[User], Client]
) -> None:
    browser = page_as(operator)
    asked = browser.get("/admin/payouts/payout/", follow=True)
    address, query = asked.request["PATH_INFO"], asked.request["QUERY_STRING"]
    done = browser.post(
        f"{address}?{query}", {"code": totp_code(operator), "next": "/admin/payouts/payout/"}, follow=True
    )
    assert (done.request["PATH_INFO"], done.status_code) == ("/admin/payouts/payout/", 200)


def test_staff_without_an_authenticator_are_sent_to_set_one_up(
    person: Callable[..., User], installed: None, page_as: Callable[[User], Client]
) -> None:
    clerk = person("clerk", staff=True, totp_secret=None)
    answer = page_as(clerk).get("/admin/login/?next=/admin/")
    assert answer["Location"] == "/accounts/2fa/totp/activate/?next=%2Fadmin%2F"


def test_a_fan_with_a_second_factor_is_refused(
    stranger: User, installed: None, verified_page_as: Callable[..., Client]
) -> None:
    answer = verified_page_as(stranger).get("/admin/", follow=True)
    assert answer.status_code == 403


def test_another_sites_address_is_not_gone_to(
    operator: User, installed: None, verified_page_as: Callable[..., Client]
) -> None:
    answer = verified_page_as(operator).get("/admin/login/?next=https://evil.example/")
    assert answer["Location"] == "/admin/"


def test_the_policy_is_loosened_on_these_pages_only(
    operator: User, installed: None, verified_page_as: Callable[..., Client]
) -> None:
    browser = verified_page_as(operator)
    assert "'unsafe-eval'" in browser.get("/admin/")["Content-Security-Policy"]
    assert "'unsafe-eval'" not in browser.get("/settings/security/")["Content-Security-Policy"]


def test_signing_out_and_passwords_are_the_sites_own(
    operator: User, installed: None, verified_page_as: Callable[..., Client]
) -> None:
    browser = verified_page_as(operator)
    assert browser.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    assert browser.post("/admin/logout/")["Location"] == "/accounts/logout/"
