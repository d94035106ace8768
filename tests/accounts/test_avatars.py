"""A person's picture: uploaded, replaced, removed, served; on the page and over REST."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts import hooks, pictures, services
from accounts.models import FormerHandle, User
from accounts.profile_errors import TooManyPictures
from accounts.services.avatars import clear_strays
from ground import clock
from tests.accounts.pictures import files_kept, picture
from tests.fixtures.races import Race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty_storage(tmp_path: Path, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "avatars": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": "/media/avatars/"},
        }
    }


def upload(content: bytes, name: str = "me.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/x-php")  # what the sender says is not asked


def test_an_upload_is_shown_and_the_one_before_is_removed(fan: User) -> None:
    first = services.set_avatar(user=fan, content=picture()).avatar
    second = services.set_avatar(user=fan, content=picture("PNG")).avatar

    assert first != second
    assert files_kept() == {f"{second}-{edge}.webp" for edge in (64, 192, 512)}
    assert User.objects.get(pk=fan.pk).avatar == second


def test_removing_goes_back_to_the_drawing_and_twice_does_no_harm(fan: User) -> None:
    services.set_avatar(user=fan, content=picture())
    for _ in range(2):
        services.remove_avatar(user=fan)
        assert (User.objects.get(pk=fan.pk).avatar, files_kept()) == ("", set())
    assert fan.face_address == f"/art/avatar/{fan.pk}.svg"


def test_of_uploads_that_race_one_stands_with_all_its_files(fan: User, race: Race) -> None:
    turns, lock = iter(range(4)), Lock()

    def one() -> str:
        with lock:
            content = picture("PNG", (100 + next(turns), 100))
        return services.set_avatar(user=User.objects.get(pk=fan.pk), content=content).avatar

    names = race(4, one)

    standing = User.objects.get(pk=fan.pk).avatar
    assert standing in names
    assert files_kept() == {f"{standing}-{edge}.webp" for edge in (64, 192, 512)}


def test_two_people_with_one_picture_keep_their_own_files(fan: User, creator: User) -> None:
    services.set_avatar(user=fan, content=picture())
    theirs = services.set_avatar(user=creator, content=picture()).avatar
    services.remove_avatar(user=fan)
    assert files_kept() == {f"{theirs}-{edge}.webp" for edge in (64, 192, 512)}


def test_twenty_uploads_in_an_hour_are_enough(fan: User) -> None:
    small = picture("PNG", (64, 64))
    for _ in range(20):
        services.set_avatar(user=fan, content=small)
    with pytest.raises(TooManyPictures):
        services.set_avatar(user=fan, content=small)


def test_a_file_is_served_as_what_it_is_and_kept_for_good(fan: User, client: Client) -> None:
    services.set_avatar(user=fan, content=picture())
    answer = client.get(fan.avatar_address(512))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.content == pictures.read(fan.avatar, 512)


@pytest.mark.parametrize(
    "path", ["ab/../../secret-64.webp", f"ab/ab{'0' * 38}-64.webp", f"ab/cd{'0' * 38}-64.webp"]
)
def test_nothing_else_is_served_from_there(client: Client, path: str) -> None:
    assert client.get(f"/media/avatars/{path}").status_code == 404


def test_the_page_takes_a_picture_and_says_why_it_does_not(
    fan: User, page_as: Callable[[User], Client]
) -> None:
    page = page_as(fan)
    taken = page.post(
        "/settings/account/avatar/", {"picture": upload(picture()), "zoom": 150, "x": 0, "y": 0}
    )
    refused = page.post("/settings/account/avatar/", {"picture": upload(b"%PDF-1.7", "me.png")})
    empty = page.post("/settings/account/avatar/")

    assert (taken.status_code, taken["Location"]) == (302, "/settings/account/")
    assert (refused.status_code, "holds a document" in refused.content.decode()) == (400, True)
    assert (empty.status_code, "Choose a picture first." in empty.content.decode()) == (400, True)
    assert page.post("/settings/account/avatar/removal/").status_code == 302
    assert User.objects.get(pk=fan.pk).avatar == ""


def test_rest_takes_a_picture_and_takes_it_away(fan: User, as_user: Callable[[User], APIClient]) -> None:
    client = as_user(fan)
    put = client.put("/api/v1/me/avatar/", {"picture": upload(picture()), "x": 100}, format="multipart")
    name = User.objects.get(pk=fan.pk).avatar
    assert put.status_code == 200
    assert put.json()["avatar_sizes"]["192"] == f"/media/avatars/{name[:2]}/{name}-192.webp"
    assert client.get("/api/v1/me/").json()["avatar"] == f"/media/avatars/{name[:2]}/{name}-64.webp"

    assert client.delete("/api/v1/me/avatar/").status_code == 204
    assert client.get("/api/v1/me/").json()["avatar"] == f"/art/avatar/{fan.pk}.svg"


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"picture": b"<svg/>"}, 400, "picture_invalid"),
        ({"picture": bytes(5 * 1024 * 1024 + 1)}, 413, "picture_too_large"),
        ({}, 400, "invalid_request"),
        ({"picture": b"x", "zoom": 99}, 400, "invalid_request"),
    ],
)
def test_rest_refuses_in_words(
    fan: User, as_user: Callable[[User], APIClient], sent: dict[str, Any], status: int, code: str
) -> None:
    files = sent | ({"picture": upload(sent["picture"])} if "picture" in sent else {})
    answer = as_user(fan).put("/api/v1/me/avatar/", files, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (User.objects.get(pk=fan.pk).avatar, files_kept()) == ("", set())


def test_nobody_uploads_without_signing_in(client: Client) -> None:
    assert client.post("/settings/account/avatar/")["Location"].startswith("/accounts/login/")
    assert client.post("/settings/account/avatar/removal/")["Location"].startswith("/accounts/login/")
    assert APIClient().put("/api/v1/me/avatar/").status_code == 401
    assert APIClient().delete("/api/v1/me/avatar/").status_code == 401


def test_files_of_broken_off_uploads_go_after_a_day(fan: User) -> None:
    services.set_avatar(user=fan, content=picture())
    stray = pictures.keep(pictures.redraw(picture(), pictures.Crop()))
    assert clear_strays(now=clock.wall()) == 0
    assert clear_strays(now=clock.wall() + timedelta(days=2)) == 1
    assert stray not in {name.split("-")[0] for name in files_kept()}
    assert files_kept() == {f"{fan.avatar}-{edge}.webp" for edge in (64, 192, 512)}


def test_an_erased_person_leaves_no_picture_and_no_former_handle(fan: User) -> None:
    services.set_avatar(user=fan, content=picture())
    services.change_handle(user=fan, handle="alicia", now=clock.now())
    for _ in range(2):
        with transaction.atomic():
            hooks.erase_person.call_all(fan)
    assert (files_kept(), FormerHandle.objects.count(), User.objects.get(pk=fan.pk).avatar) == (set(), 0, "")


def test_an_operator_takes_a_picture_down_with_a_reason(
    fan: User, operator: User, verified_page_as: Callable[..., Client]
) -> None:
    services.set_avatar(user=fan, content=picture())
    office, address = verified_page_as(operator), f"/admin/accounts/user/{fan.pk}/picture-removal/"
    assert address in office.get(f"/admin/accounts/user/{fan.pk}/change/").content.decode()
    assert office.post(address, {"reason": ""}).status_code == 400
    assert office.post(address, {"reason": "Not theirs"}).status_code == 302
    assert (User.objects.get(pk=fan.pk).avatar, files_kept()) == ("", set())


def test_a_fan_takes_nobodys_picture_down(
    fan: User, stranger: User, page_as: Callable[[User], Client]
) -> None:
    services.set_avatar(user=fan, content=picture())
    answer = page_as(stranger).post(f"/admin/accounts/user/{fan.pk}/picture-removal/", {"reason": "x"})
    assert answer.status_code in (302, 403, 404)
    assert User.objects.get(pk=fan.pk).avatar == fan.avatar
