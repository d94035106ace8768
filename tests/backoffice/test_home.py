"""The operators' home."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from backoffice.difference import difference
from backoffice.models import BooksCheck
from payouts.models import Payout
from tests.fixtures.payouts import ENOUGH_UNITS, GiveDiamonds, money, work
from tests.fixtures.stripe import FakeStripe


def test_an_untouched_house_is_green(
    operator: User, installed: None, fakestripe: FakeStripe, verified_page_as: Callable[..., Client]
) -> None:
    answer = verified_page_as(operator).get("/admin/")
    assert answer.status_code == 200
    assert answer.context["difference"].state == "ok"
    assert answer.context["difference"].unexplained_minor == 0


def test_home_shows_what_is_owed_and_what_waits(
    payee: User,
    give_diamonds: GiveDiamonds,
    request_cash_out: Callable[..., Payout],
    operator: User,
    verified_page_as: Callable[..., Client],
) -> None:
    give_diamonds(payee)
    work(request_cash_out(payee, ENOUGH_UNITS // 2))
    page = verified_page_as(operator).get("/admin/").context
    assert (page["owed"].coins, page["owed"].diamonds_available) == (0, ENOUGH_UNITS // 2)
    assert page["owed"].diamonds_reserved == ENOUGH_UNITS // 2
    assert page["queues"].payouts_to_review == 1
    assert page["difference"].books_minor == page["difference"].provider_minor == 12_900
    assert page["difference"].state == "ok"


def test_more_rows_take_no_more_queries(
    payee: User,
    give_diamonds: GiveDiamonds,
    request_cash_out: Callable[..., Payout],
    operator: User,
    verified_page_as: Callable[..., Client],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    browser = verified_page_as(operator)
    give_diamonds(payee)
    work(request_cash_out(payee, 200_000))
    browser.get("/admin/")

    with CaptureQueriesContext(connection) as before:
        browser.get("/admin/")
    for _ in range(3):
        work(request_cash_out(payee, 200_000))
    with django_assert_num_queries(len(before)):
        browser.get("/admin/")


def test_a_silent_provider_is_named_and_the_last_word_kept(
    operator: User, installed: None, fakestripe: FakeStripe, verified_page_as: Callable[..., Client]
) -> None:
    difference("USD", fresh=True)
    fakestripe.control("faults", {"kind": "503", "path": "/v1/balance", "count": 20})
    found = difference("USD", fresh=True)
    assert (found.state, found.provider_minor) == ("degraded", 0)
    answer = verified_page_as(operator).get("/admin/")
    assert "does not answer" in answer.text or answer.context["difference"].state == "ok"


def test_a_provider_that_never_answered_leaves_the_difference_unknown(
    installed: None, fakestripe: FakeStripe
) -> None:
    cache.clear()
    fakestripe.control("faults", {"kind": "503", "path": "/v1/balance", "count": 20})
    found = difference("USD")
    assert (found.state, found.unexplained_minor) == ("down", None)


def test_money_that_only_the_provider_has_is_unexplained(installed: None, fakestripe: FakeStripe) -> None:
    fakestripe.control("topup", {"amount": 700, "currency": "usd"})
    found = difference("USD", fresh=True)
    assert (found.state, found.unexplained_minor) == ("wrong", -700)
    assert money()["provider.cash"] == 0


def test_the_books_are_checked_on_demand(
    payee: User, give_diamonds: GiveDiamonds, operator: User, verified_page_as: Callable[..., Client]
) -> None:
    give_diamonds(payee)
    browser = verified_page_as(operator)
    assert browser.get("/admin/backoffice/bookscheck/now/").status_code == 302
    assert not BooksCheck.objects.exists()
    assert "The books are right." in browser.post("/admin/backoffice/bookscheck/now/", follow=True).text
    check = BooksCheck.objects.get()
    assert (check.ok, check.findings, check.asked_by) == (True, [], operator)


@pytest.mark.parametrize(
    ("role", "status", "checks"), [("Support", 403, 0), ("Finance", 302, 1), ("Auditor", 302, 1)]
)
def test_the_books_are_checked_for_who_may_see_the_checks(
    role: str,
    status: int,
    checks: int,
    installed: None,
    person: Callable[..., User],
    verified_page_as: Callable[..., Client],
) -> None:
    clerk = person("clerk", staff=True)
    clerk.groups.add(Group.objects.get(name=role))
    browser = verified_page_as(clerk)
    assert ("Check now" in browser.get("/admin/").text) == bool(checks)
    assert browser.post("/admin/backoffice/bookscheck/now/").status_code == status
    assert BooksCheck.objects.count() == checks
