"""The wallet and the provider's side in the back office."""

from collections.abc import Callable

import httpx
import pytest
from django.test import Client

from accounts.models import User
from provider.alerts import raise_alert
from provider.models import InboxEvent, OperatorAlert
from tests.fixtures.stripe import FakeStripe
from tests.wallet.conftest import buy, now_of
from wallet.models import Order, RateVersion

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy")]

MODELS = [
    "wallet/order",
    "wallet/storefront",
    "wallet/pricebook",
    "wallet/exchangetable",
    "wallet/rateversion",
    "wallet/economy",
    "wallet/payer",
    "wallet/refund",
    "provider/inboxevent",
    "provider/providercall",
    "provider/operatoralert",
    "provider/eventlisting",
]


@pytest.mark.parametrize("path", MODELS)
def test_every_list_opens_and_can_be_searched(
    operator: User,
    fan: User,
    fund: Callable[[User, int], Order],
    verified_page_as: Callable[..., Client],
    path: str,
) -> None:
    fund(fan, 700)
    raise_alert(code="c", key="k", message="Look here.")
    page = verified_page_as(operator)
    assert page.get(f"/admin/{path}/").status_code == 200
    assert page.get(f"/admin/{path}/?q=a").status_code == 200


def test_an_order_is_shown_with_its_timeline_and_cannot_be_written(
    operator: User, fan: User, fund: Callable[[User, int], Order], verified_page_as: Callable[..., Client]
) -> None:
    order = fund(fan, 700)
    page = verified_page_as(operator)
    shown = page.get(f"/admin/wallet/order/{order.pk}/change/").content.decode()
    assert "Coins credited" in shown
    assert page.post(f"/admin/wallet/order/{order.pk}/change/", {"coins": 9}).status_code == 403
    assert page.get("/admin/wallet/order/add/").status_code == 403
    assert page.post(f"/admin/wallet/order/{order.pk}/delete/").status_code == 403
    assert Order.objects.get().coins == 700


def test_an_alert_is_resolved_with_words(operator: User, verified_page_as: Callable[..., Client]) -> None:
    raise_alert(code="c", key="k", message="Look here.")
    alert = OperatorAlert.objects.get()
    page = verified_page_as(operator)
    address = f"/admin/provider/operatoralert/{alert.pk}/resolve/"
    page.post(address, {"_form_submitted": "True", "reason": ""})
    alert.refresh_from_db()
    assert alert.resolved_at is None
    page.post(address, {"_form_submitted": "True", "reason": "It was a test."})
    alert.refresh_from_db()
    assert (alert.resolution, alert.resolved_by) == ("It was a test.", operator)


def test_an_operator_asks_the_provider_about_an_order(
    operator: User,
    american: User,
    fakestripe: FakeStripe,
    pay: Callable[..., httpx.Response],
    verified_page_as: Callable[..., Client],
) -> None:
    order = buy(american)
    pay(order)
    address = f"/admin/wallet/order/{order.pk}/recheck/"
    verified_page_as(operator).post(address, {"_form_submitted": "True", "reason": "Ana asked."})
    assert now_of(order) == ("credited", 700)


def test_a_rate_cannot_begin_in_the_past(operator: User, verified_page_as: Callable[..., Client]) -> None:
    fields = {
        "diamond_units_per_coin": 110,
        "reason": "Summer.",
        "starts_at_0": "2020-01-01",
        "starts_at_1": "00:00:00",
    }
    page = verified_page_as(operator)
    assert page.post("/admin/wallet/rateversion/add/", fields).status_code == 200
    assert (
        page.post("/admin/wallet/rateversion/add/", fields | {"starts_at_0": "2040-01-01"}).status_code == 302
    )
    assert RateVersion.objects.get(diamond_units_per_coin=110).created_by == operator


def test_who_is_no_operator_gets_nothing(
    fan: User, verified_page_as: Callable[..., Client], page_as: Callable[[User], Client], stranger: User
) -> None:
    assert verified_page_as(stranger).get("/admin/wallet/order/").status_code == 302
    assert page_as(fan).get("/admin/wallet/order/").status_code == 302
    assert InboxEvent.objects.count() == 0
