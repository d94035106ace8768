"""Refunds on pages, over REST and in the back office: each calls the one service, and shows what it says."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from backoffice import defaults as roles
from ground import clock
from tests.fixtures.stripe import FakeStripe
from tests.wallet.conftest import coins, kinds, now_of
from tests.wallet.refunds_stage import allow_withdrawal, ask, at_provider, bought
from wallet import refund_errors, services
from wallet.models import Order, Refund, Storefront

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]

NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def order(american: User, economy: object, fakestripe: FakeStripe) -> Order:
    """Ana's 700 coins for $8.95, which she may give back for 14 days."""
    allow_withdrawal()
    return bought(american)


@pytest.fixture
def finance(person: Callable[..., User]) -> Callable[[str], User]:
    """`finance("fred")`: an operator of the finance role."""

    def make(handle: str) -> User:
        roles.install(clock.now())
        made = person(handle)
        User.objects.filter(pk=made.pk).update(is_staff=True)
        made.groups.add(Group.objects.get(name=roles.FINANCE))
        return User.objects.get(pk=made.pk)

    return make


def words_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_order_page_offers_what_the_storefront_promises(
    order: Order, page_as: Callable[[User], Client]
) -> None:
    shown = words_of(page_as(order.user).get(f"/orders/{order.pk}/"))
    assert "700 of its coins are unspent" in shown
    assert f'href="/orders/{order.pk}/refund/"' in shown


def test_a_buyer_sees_what_comes_back_before_confirming(
    order: Order, page_as: Callable[[User], Client]
) -> None:
    page = page_as(order.user)
    shown = words_of(page.get(f"/orders/{order.pk}/refund/?coins=350"))
    assert "350 of 700 unspent" in shown
    assert shown.count("$4.47") == 3
    assert coins(order.user) == 700


def test_a_double_click_gives_back_once(order: Order, page_as: Callable[[User], Client]) -> None:
    page, fields = page_as(order.user), {"key": str(uuid4()), "coins": "350"}
    for _ in range(2):
        answer = page.post(f"/orders/{order.pk}/refund/", fields)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/orders/{order.pk}/")
    assert at_provider(order) == [(447, "succeeded")]
    shown = words_of(page.get(f"/orders/{order.pk}/"))
    assert "You gave 350 back for $4.47; the others are yours." in shown
    assert "Paid back" in shown
    receipt = words_of(page.get(f"/orders/{order.pk}/receipt/"))
    assert "−$4.47" in receipt
    assert "Paid after refunds</dt><dd>$4.48" in receipt


def test_what_cannot_go_back_says_why(order: Order, page_as: Callable[[User], Client]) -> None:
    page = page_as(order.user)
    answer = page.post(f"/orders/{order.pk}/refund/", {"key": str(uuid4()), "coins": "701"})
    assert answer.status_code == 409
    assert "Only coins of this recharge that were not spent yet" in words_of(answer)
    ask(order)
    assert "There is no payment of this order to give back." in words_of(
        page.get(f"/orders/{order.pk}/refund/")
    )
    assert page.post(f"/orders/{order.pk}/refund/", {"coins": "1"}).status_code == 400
    assert Refund.objects.count() == 1


def test_the_policy_is_the_storefronts(fan: User, page_as: Callable[[User], Client], client: Client) -> None:
    assert "Right of withdrawal: 14 days" in words_of(page_as(fan).get("/refund-policy/"))
    assert "Coins are not changed back into money" in words_of(client.get("/refund-policy/"))


def test_over_rest_a_quote_is_read_and_coins_go_back(
    order: Order, as_user: Callable[[User], APIClient]
) -> None:
    api, at = as_user(order.user), f"/api/v1/orders/{order.pk}"
    quote = api.get(f"{at}/refund-quote/?coins=350").json()
    assert (quote["coins"], quote["coins_left"], quote["amount_minor"], quote["currency"]) == (
        350,
        700,
        447,
        "USD",
    )
    sent = [api.post(f"{at}/refunds/", {"coins": 350}, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json()["id"] == sent[1].json()["id"]
    assert (sent[0].json()["status"], sent[0].json()["amount_minor"]) == ("succeeded", 447)
    assert [one["id"] for one in api.get(f"{at}/refunds/").json()] == [sent[0].json()["id"]]
    read = api.get(f"{at}/").json()
    assert (read["status"], read["refunded_coins"], read["refunded_minor"]) == ("credited", 350, 447)


def test_rest_refuses_with_a_code_and_what_to_do(order: Order, as_user: Callable[[User], APIClient]) -> None:
    api, at = as_user(order.user), f"/api/v1/orders/{order.pk}"
    refused = api.post(f"{at}/refunds/", {"coins": 701})
    assert (refused.status_code, refused.json()["code"], refused.json()["coins"]) == (
        409,
        "too_few_coins_left",
        700,
    )
    assert api.post(f"{at}/refunds/", {"coins": 0}).status_code == 400
    Order.objects.update(state="disputed")
    assert api.get(f"{at}/refund-quote/").json()["code"] == "refund_during_dispute"
    Order.objects.update(state="credited")


def test_nobody_reaches_somebody_elses_refunds(
    order: Order,
    fan: User,
    as_user: Callable[[User], APIClient],
    page_as: Callable[[User], Client],
    client: Client,
) -> None:
    for at in (f"/api/v1/orders/{order.pk}", f"/api/v1/orders/{NOBODYS}"):
        assert as_user(fan).get(f"{at}/refund-quote/").status_code == 404
        assert as_user(fan).get(f"{at}/refunds/").status_code == 404
        assert as_user(fan).post(f"{at}/refunds/", {}).status_code == 404
    assert page_as(fan).get(f"/orders/{order.pk}/refund/").status_code == 404
    assert client.get(f"/orders/{order.pk}/refund/").status_code == 302
    assert Refund.objects.count() == 0


def test_the_list_of_refunds_asks_a_constant_number_of_queries(
    order: Order, as_user: Callable[[User], APIClient], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    api = as_user(order.user)
    ask(order, 7)
    with django_assert_num_queries(5):
        api.get(f"/api/v1/orders/{order.pk}/refunds/")
    for _ in range(3):
        ask(order, 7)
    with django_assert_num_queries(5):
        api.get(f"/api/v1/orders/{order.pk}/refunds/")


def test_an_operator_refunds_with_a_reason(
    order: Order, finance: Callable[[str], User], verified_page_as: Callable[..., Client]
) -> None:
    page = verified_page_as(finance("fred"))
    address = f"/admin/wallet/order/{order.pk}/refund/"
    found = re.search(r'name="key" value="([0-9a-f-]{36})"', page.get(address).content.decode())
    assert found is not None
    fields = {"_form_submitted": "True", "key": found[1], "coins": "350"}
    page.post(address, fields | {"reason": ""})
    assert Refund.objects.count() == 0
    for _ in range(2):
        page.post(address, fields | {"reason": "Bought by mistake."})
    refund = Refund.objects.get()
    assert (refund.origin, refund.state, refund.coins, refund.reason) == (
        "operator", "succeeded", 350, "Bought by mistake.",
    )  # fmt: skip
    assert "Bought by mistake." in page.get(f"/admin/wallet/refund/{refund.pk}/change/").content.decode()


def test_an_operator_needs_no_window_but_the_right_the_factor_and_anothers_order(
    order: Order, finance: Callable[[str], User], person: Callable[..., User]
) -> None:
    Storefront.objects.update(withdrawal_days=0)
    fred = finance("fred")
    how: dict[str, Any] = {"order": order, "coins": 7, "key": "k", "now": clock.now()}
    plain = person("pat")
    for operator, verified, reason, error in [
        (fred, False, "why", refund_errors.MayNotRefund),
        (plain, True, "why", refund_errors.MayNotRefund),
        (fred, True, " ", refund_errors.ReasonRequired),
    ]:
        with pytest.raises(error):
            services.refund_as_operator(operator=operator, verified=verified, reason=reason, **how)
    User.objects.filter(pk=order.user_id).update(is_staff=True)
    order.user.user_permissions.add(Permission.objects.get(codename="refund_order"))
    own = User.objects.get(pk=order.user_id)
    with pytest.raises(refund_errors.OwnOrder):
        services.refund_as_operator(operator=own, verified=True, reason="why", **how)
    assert services.refund_as_operator(operator=fred, verified=True, reason="why", **how).state == "succeeded"


def proposed(order: Order, operator: User) -> Refund:
    """A refund above the storefront's limit."""
    Storefront.objects.update(refund_four_eyes_above_minor=800)
    return services.refund_as_operator(
        order=order, coins=None, operator=operator, verified=True, reason="Twice", key="k", now=clock.now()
    )


def test_above_the_limit_a_second_operator_agrees(order: Order, finance: Callable[[str], User]) -> None:
    fred, flora = finance("fred"), finance("flora")
    refund = proposed(order, fred)
    assert (refund.state, now_of(order), at_provider(order)) == ("proposed", ("credited", 700), [])
    with pytest.raises(refund_errors.SecondOperatorNeeded):
        services.agree_to_refund(refund_id=refund.pk, operator=fred, verified=True, now=clock.now())
    with pytest.raises(refund_errors.MayNotRefund):
        services.agree_to_refund(refund_id=refund.pk, operator=flora, verified=False, now=clock.now())
    agreed = services.agree_to_refund(refund_id=refund.pk, operator=flora, verified=True, now=clock.now())
    assert (agreed.state, agreed.decided_by_id, now_of(order)) == ("succeeded", flora.pk, ("refunded", 0))
    with pytest.raises(refund_errors.NotProposed):
        services.agree_to_refund(refund_id=refund.pk, operator=flora, verified=True, now=clock.now())


def test_two_operators_agreeing_at_once_refund_once(
    order: Order, finance: Callable[[str], User], race: Callable[..., list[Any]]
) -> None:
    refund, flora = proposed(order, finance("fred")), finance("flora")
    outcomes = race(
        4,
        lambda: services.agree_to_refund(refund_id=refund.pk, operator=flora, verified=True, now=clock.now()),
    )
    assert outcomes.count(refund_errors.NotProposed) == 3
    assert at_provider(order) == [(895, "succeeded")]


def test_a_proposed_refund_is_the_operators_matter_alone(
    order: Order, finance: Callable[[str], User], page_as: Callable[[User], Client],
    verified_page_as: Callable[..., Client],
) -> None:  # fmt: skip
    fred = finance("fred")
    refund = proposed(order, fred)
    assert "Waits for a colleague" not in words_of(page_as(order.user).get(f"/orders/{order.pk}/"))
    page = verified_page_as(finance("flora"))
    page.post(
        f"/admin/wallet/refund/{refund.pk}/reject/", {"_form_submitted": "True", "reason": "Not twice."}
    )
    refund.refresh_from_db()
    assert (refund.state, now_of(order)) == ("rejected", ("credited", 700))
    assert kinds(order)[-2:] == ["refund_proposed", "refund_rejected"]
