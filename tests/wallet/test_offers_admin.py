"""Offers in the back office: drafted, previewed, published, and what came of them."""

import csv
from collections.abc import Callable
from io import StringIO

import pytest
from django.test import Client

from accounts.models import User
from ground import clock
from tests.wallet.conftest import buy
from tests.wallet.offer_stage import bonus, offer
from wallet.models import Coupon, Offer
from wallet.services.coupons import digest_of, make_code
from wallet.services.offer_catalogue import end_offer, new_version, publish_offer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

DRAFT = {
    "slug": "spring", "name": "Spring", "summary": "A tenth off.", "terms": "", "artwork": "curtain",
    "kind": "discount", "basis_points": 1000, "bonus_coins": 0, "way": "everybody", "storefronts": [],
    "packages": ["coins-700"], "min_coins": 0, "starts_at_0": "2026-01-01", "starts_at_1": "00:00",
}  # fmt: skip
REASON = {"reason": "Planned for spring", "_form_submitted": "True"}


@pytest.fixture
def desk(operator: User, verified_page_as: Callable[[User], Client]) -> Client:
    return verified_page_as(operator)


def test_an_offer_is_drafted_published_and_then_stays(desk: Client, american: User) -> None:
    assert desk.post("/admin/wallet/offer/add/", DRAFT).status_code == 302
    draft = Offer.objects.get()
    assert (draft.version, draft.packages, draft.published_at) == (1, ["coins-700"], None)
    assert buy(american).offer is None
    assert desk.post(f"/admin/wallet/offer/{draft.pk}/publish/", REASON).status_code == 200
    assert buy(american).offer == draft
    shown = desk.get(f"/admin/wallet/offer/{draft.pk}/change/").content.decode()
    assert "1 orders waits for the payment" in shown
    assert desk.post(f"/admin/wallet/offer/{draft.pk}/change/", DRAFT | {"name": "x"}).status_code == 403
    assert desk.post(f"/admin/wallet/offer/{draft.pk}/end/", REASON).status_code == 200
    assert buy(american).offer is None


def test_an_unknown_package_is_refused(desk: Client) -> None:
    answer = desk.post("/admin/wallet/offer/add/", DRAFT | {"packages": ["coins-7"]})
    assert answer.status_code == 200
    assert "coins-7 is not one of the available choices" in answer.content.decode()
    assert not Offer.objects.exists()


def test_a_new_version_takes_over_and_what_was_sold_keeps_its_terms(american: User, operator: User) -> None:
    first = offer(slug="spring")
    sold = buy(american)
    draft = new_version(offer=first, operator=operator, now=clock.now())
    draft.basis_points = 2000
    draft.save()
    publish_offer(offer=draft, now=clock.now())
    publish_offer(offer=draft, now=clock.now())
    first.refresh_from_db()
    draft.refresh_from_db()
    assert (draft.version, first.ends_at) == (2, draft.starts_at)
    assert buy(american).gross_minor == 716
    sold.refresh_from_db()
    assert (sold.offer, sold.gross_minor) == (first, 805)
    end_offer(offer=draft, now=clock.now())
    assert buy(american).gross_minor == 895


def test_single_use_codes_are_downloaded_once(desk: Client, american: User) -> None:
    of = bonus(10, way="coupon")
    address = f"/admin/wallet/offer/{of.pk}/single-use-codes/"
    assert desk.post(address, {"batch": "letter", "count": 0}).status_code == 400
    answer = desk.post(address, {"batch": "letter", "count": 3})
    assert answer["Content-Type"].startswith("text/csv")
    head, *rows = csv.reader(StringIO(answer.content.decode()))
    assert (head, len(rows), Coupon.objects.count()) == (["code"], 3, 3)
    assert {digest_of(code) for (code,) in rows} == {bytes(one.digest) for one in Coupon.objects.all()}
    assert buy(american, code=rows[0][0]).bonus_coins == 70
    assert rows[0][0] not in desk.get("/admin/wallet/coupon/").content.decode()


def test_a_public_code_is_made_once_and_stopped(desk: Client, american: User) -> None:
    of = bonus(10, way="coupon")
    code = {"code": "Spring 20", "per_user_limit": 1, "_form_submitted": "True"}
    for _ in range(2):
        assert desk.post(f"/admin/wallet/offer/{of.pk}/codes/", code).status_code == 200
    coupon = Coupon.objects.get()
    assert coupon.hint == "SPRING20"
    assert desk.post(f"/admin/wallet/coupon/{coupon.pk}/stop/", REASON).status_code == 200
    coupon.refresh_from_db()
    assert coupon.expires_at is not None
    assert make_code(offer=of, code="OTHER", now=clock.now()).uses_taken == 0
