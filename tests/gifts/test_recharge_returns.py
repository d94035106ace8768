"""A recharge leads back to a room of ours with the gift chosen there, and to nothing else."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from gifts.models import Gift
from ground import clock
from live.models import Room
from wallet import returns
from wallet.errors import WrongReturn
from wallet.models import Order
from wallet.services import create_order

ROOM = "/live/7b0c4a52-3a0e-4f0e-9f6e-1f8f6a1c2d3e/"
full = pytest.mark.django_db(transaction=True)
sold = pytest.mark.usefixtures("economy", "fakestripe")


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("", ""),
        (ROOM, ROOM),
        (f"{ROOM}?gift=rose&quantity=10", f"{ROOM}?gift=rose&quantity=10"),
        (f"{ROOM}?quantity=1000&gift=rose&next=//evil.example", f"{ROOM}?gift=rose&quantity=1"),
        (f"{ROOM}?gift=%22%3E%3Cscript", ROOM),
        (f"{ROOM}#@evil.example", ROOM),
    ],
)
def test_a_room_is_made_anew_from_what_it_names(asked: str, kept: str) -> None:
    assert returns.clean(asked) == kept


@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.example/live/",
        f"//evil.example{ROOM}",
        f"/\\evil.example{ROOM}",
        f"javascript:alert(1)//{ROOM}",
        "/accounts/logout/",
        "/live/not-a-room/",
        f"{ROOM}gifts/",
        "live/é/",
    ],
)
def test_everything_else_is_refused(asked: str) -> None:
    with pytest.raises(WrongReturn):
        returns.clean(asked)
    assert returns.or_nothing(asked) == ""


@full
@sold
def test_an_order_keeps_where_it_leads_back_to(american: User, room: Room) -> None:
    back = f"/live/{room.pk}/?gift=rose&quantity=10"
    order = create_order(user=american, package="coins-70", key="k", now=clock.now(), return_to=back)
    assert order.return_to == back
    assert returns.back_to_room(order) == f"{back}&recharge={order.pk}"
    with pytest.raises(WrongReturn):
        create_order(
            user=american, package="coins-70", key="l", now=clock.now(), return_to="https://evil.example/"
        )
    assert Order.objects.count() == 1


@full
@sold
def test_the_landing_leads_back_to_the_room_and_says_how_it_stands(
    american: User, room: Room, rose: Gift, page_as: Callable[[User], Client], stranger: User
) -> None:
    back = f"/live/{room.pk}/?gift={rose.slug}&quantity=10"
    order = create_order(user=american, package="coins-70", key="k", now=clock.now(), return_to=back)
    page = page_as(american)
    landed = page.get(f"/orders/{order.pk}/landing/")
    assert landed["Location"] == f"{back}&recharge={order.pk}"
    shown = page.get(landed["Location"]).content.decode()
    assert "Waiting for your payment" in shown
    assert "data-came-back" in shown
    assert "Waiting for your payment" not in page_as(stranger).get(landed["Location"]).content.decode()


@full
@sold
def test_without_a_script_the_refusal_links_to_the_right_package(
    american: User, room: Room, rose: Gift, page_as: Callable[[User], Client]
) -> None:
    page = page_as(american)
    form: dict[str, Any] = {"choice": f"{rose.slug}:10", "quantity": "10", "key": str(UUID(int=5))}
    shown = page.post(f"/live/{room.pk}/gifts/", form, follow=True).content.decode()
    assert (
        f"/balance/?coins=100&amp;return_to=%2Flive%2F{room.pk}%2F%3Fgift%3Dtest-rose%26quantity%3D10"
        in shown
    )
    shop = page.get(f"/balance/?coins=100&return_to=/live/{room.pk}/").content.decode()
    assert f'name="return_to" value="/live/{room.pk}/"' in shop
    assert 'value="coins-350" data-coins="350" data-price="449" checked' in shop


@full
@sold
def test_the_api_takes_a_return_and_refuses_another(
    american: User, room: Room, as_user: Callable[[User], APIClient]
) -> None:
    api = as_user(american)
    made = api.post(
        "/api/v1/orders/", {"package": "coins-70", "return_to": f"/live/{room.pk}/"}, format="json"
    )
    assert (made.status_code, made.json()["return_to"]) == (201, f"/live/{room.pk}/")
    wrong = api.post(
        "/api/v1/orders/", {"package": "coins-70", "return_to": "//evil.example/"}, format="json"
    )
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_return")


@pytest.fixture
def american(person: Callable[..., User]) -> User:
    """Ana buys in the default storefront: US dollars, no tax."""
    return person("ana", country="US", totp_secret=None)
