"""Prices are versions with a first day: announced, in force by the clock, kept by what was sold."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts.errors import AgeRequired
from accounts.models import User
from ground import clock as business_clock
from tests.fixtures.races import run_race
from tests.fixtures.time import Clock
from tests.wallet.conftest import buy
from wallet import errors, selectors, services
from wallet.models import Order, PriceBook, Storefront
from wallet.services import catalogue
from wallet.services.catalogue import Offered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

DEARER = [Offered("coins-700", 700, 920, is_preselected=True), Offered("coins-1400", 1400, 1780)]


def announce(*, days: float = 10, packages: list[Offered] = DEARER, **other: Any) -> PriceBook:
    """The default storefront's next version."""
    now = business_clock.now()
    asked: dict[str, Any] = {"base_price_micro": 13_500, "operator": None, "reason": "Dearer."}
    return catalogue.announce_prices(
        storefront=Storefront.objects.get(is_default=True),
        starts_at=now + timedelta(days=days),
        packages=packages,
        now=now,
        **asked | other,
    )


def test_a_version_takes_force_on_its_day_and_what_was_sold_keeps_its_price(
    american: User, clock: Clock
) -> None:
    book = announce()
    before = buy(american)
    clock.advance(days=10, seconds=1)
    after = buy(american)
    exact = buy(american, coins=100)
    before.refresh_from_db()
    assert (before.price_book.number, before.gross_minor) == (1, 895)
    assert (after.price_book, after.gross_minor) == (book, 920)
    assert (exact.price_book, exact.gross_minor) == (book, 135)
    with pytest.raises(errors.PackageUnavailable):
        buy(american, "coins-70")


def test_an_announced_version_is_shown_before_its_day(
    american: User, as_user: Callable[[User], APIClient], page_as: Callable[[User], Client]
) -> None:
    announce()
    coming = as_user(american).get("/api/v1/packages/").json()["coming"]
    assert coming["price_book"]["number"] == 2
    assert coming["changes"] == [
        {"code": "coins-700", "coins": 700, "price_minor": 920, "price_now_minor": 895}
    ]
    assert coming["ending"] == ["coins-70", "coins-350", "coins-3500", "coins-7000", "coins-17500"]
    shown = page_as(american).get("/balance/").content.decode()
    assert "New prices from" in shown
    assert "$9.20" in shown


def test_prices_that_changed_while_one_looked_are_not_charged(
    american: User, page_as: Callable[[User], Client], as_user: Callable[[User], APIClient], clock: Clock
) -> None:
    announce(days=1)
    clock.advance(days=1, seconds=1)
    fields = {"key": str(uuid4()), "package": "coins-700", "price_book": "1"}
    answer = page_as(american).post("/balance/", fields)
    assert answer.status_code == 409
    assert "Our prices have just changed." in answer.content.decode()
    over_api = as_user(american).post("/api/v1/orders/", {"package": "coins-700", "price_book": 1})
    assert (over_api.json()["code"], over_api.json()["price_book"]) == ("price_changed", 2)
    assert Order.objects.count() == 0


def test_a_repeated_request_answers_its_order_even_after_the_prices_changed(
    american: User, clock: Clock
) -> None:
    announce(days=1)
    wanted: dict[str, Any] = {"user": american, "key": "once", "package": "coins-700", "price_book": 1}
    first = services.create_order(now=business_clock.now(), **wanted)
    clock.advance(days=1, seconds=1)
    assert services.create_order(now=business_clock.now(), **wanted) == first


def test_a_version_is_withdrawn_before_its_day_only(operator: User) -> None:
    book, now = announce(), business_clock.now()
    assert catalogue.withdraw_prices(book=book, operator=operator, now=now).withdrawn_by == operator
    storefront = book.storefront
    assert selectors.next_price_book(storefront, now) is None
    for late in (book, selectors.price_book(storefront, now)):
        assert late is not None
        with pytest.raises(errors.InvalidPriceBook):
            catalogue.withdraw_prices(book=late, operator=operator, now=now)
    assert announce().number == 3  # its day is free again, its number is not


@pytest.mark.parametrize(
    "packages",
    [
        [],
        [Offered("a", 70, 90), Offered("a", 350, 450)],
        [Offered("a", 70, 90), Offered("b", 70, 95)],
        [Offered("a", 70, 90, is_preselected=True), Offered("b", 80, 95, is_preselected=True)],
        [Offered("a", 70, 0)],
    ],
)
def test_packages_that_do_not_fit_together_are_refused(packages: list[Offered]) -> None:
    with pytest.raises(errors.InvalidPriceBook):
        announce(packages=packages)
    with pytest.raises(errors.InvalidPriceBook):
        announce(days=-1)
    assert PriceBook.objects.count() == 2


def test_of_versions_announced_at_once_for_one_moment_one_is_made() -> None:
    now = business_clock.now()
    storefront = Storefront.objects.get(is_default=True)
    outcomes = run_race(
        8,
        lambda: catalogue.announce_prices(
            storefront=storefront, starts_at=now + timedelta(days=1), base_price_micro=13_000,
            packages=DEARER, operator=None, reason="", now=now,
        ),
    )  # fmt: skip
    assert outcomes.count(errors.InvalidPriceBook) == 7
    assert storefront.price_books.count() == 2


def test_a_price_book_is_never_edited(american: User) -> None:
    announce()
    buy(american)
    for statement in (
        "UPDATE wallet_pricebook SET base_price_micro = 1",
        "UPDATE wallet_pricebook SET starts_at = now()",
        "DELETE FROM wallet_pricebook",
        "UPDATE wallet_package SET price_minor = 1",
        "DELETE FROM wallet_package",
        "UPDATE wallet_order SET price_minor = 1, gross_minor = 1, net_minor = 1",
        "UPDATE wallet_order SET tax_name = 'none'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_storefront_may_ask_for_a_higher_age_than_the_country(
    american: User, as_user: Callable[[User], APIClient]
) -> None:
    Storefront.objects.filter(code="us").update(minimum_age=21)
    american.birth_date = business_clock.now().date() - timedelta(days=20 * 365)
    american.save(update_fields=["birth_date"])
    assert as_user(american).get("/api/v1/packages/").json()["minimum_age"] == 21
    with pytest.raises(AgeRequired) as refusal:
        buy(american)
    assert refusal.value.extra["minimum_age"] == 21
    Storefront.objects.filter(code="us").update(minimum_age=13)  # the country's 18 is stricter
    assert as_user(american).get("/api/v1/packages/").json()["minimum_age"] == 18
    assert buy(american).coins == 700


FORM = {
    "starts_at_0": "2040-01-01", "starts_at_1": "00:00:00", "base_price": "1.35", "reason": "Dearer.",
    "packages": "coins-700 700 9.20 *\ncoins-1400 1400 17.8",
}  # fmt: skip


def test_an_operator_announces_a_version_from_what_is_sold_now(
    operator: User, verified_page_as: Callable[..., Client]
) -> None:
    storefront, page = Storefront.objects.get(code="us"), verified_page_as(operator)
    form = page.get("/admin/wallet/pricebook/add/").content.decode()
    assert "coins-700 700 8.95 *" in form
    assert 'value="1.29"' in form
    answer = page.post("/admin/wallet/pricebook/add/", FORM | {"storefront": storefront.pk})
    assert answer.status_code == 302, answer.context["errors"]
    book = PriceBook.objects.get(number=2)
    assert (book.made_by, book.base_price_micro) == (operator, 13_500)
    assert list(book.packages.values_list("code", "price_minor", "is_preselected")) == [
        ("coins-700", 920, True),
        ("coins-1400", 1780, False),
    ]
    assert "$9.20" in page.get(f"/admin/wallet/pricebook/{book.pk}/change/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"packages": "coins-700 700"},
        {"packages": "coins-700 700 9.999"},
        {"packages": "coins 700 700 9.20"},
        {"packages": ""},
        {"starts_at_0": "2020-01-01"},
        {"base_price": "0"},
        {"reason": ""},
    ],
)
def test_what_an_operator_wrote_wrongly_is_said_and_makes_nothing(
    operator: User, verified_page_as: Callable[..., Client], wrong: dict[str, str]
) -> None:
    fields = FORM | {"storefront": Storefront.objects.get(code="us").pk} | wrong
    assert verified_page_as(operator).post("/admin/wallet/pricebook/add/", fields).status_code == 200
    assert PriceBook.objects.count() == 2


def test_an_operator_withdraws_a_version(operator: User, verified_page_as: Callable[..., Client]) -> None:
    book = announce()
    address = f"/admin/wallet/pricebook/{book.pk}/withdraw/"
    verified_page_as(operator).post(address, {"_form_submitted": "True", "reason": "A typing error."})
    book.refresh_from_db()
    assert book.withdrawn_by == operator
