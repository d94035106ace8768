"""A person's picture and handle as they change them, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.pictures import read
from tests.accounts.pictures import is_red, picture, pixel
from tests.fixtures.browser import Walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("legal_documents")]


def test_a_picture_is_chosen_dragged_and_seen_by_everybody(
    walk: Walk, fan: User, site: str, tmp_path: Path
) -> None:
    (tmp_path / "me.png").write_bytes(picture("PNG", (900, 300)))
    page = walk(fan, "/settings/account/")
    page.get_by_label("Picture").set_input_files(tmp_path / "me.png")
    stage = page.locator("[data-crop-stage]")
    expect(stage).to_be_visible()

    box = stage.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 100, steps=5)
    page.mouse.move(box["x"] + box["width"] * 3, box["y"] + 100, steps=5)
    page.mouse.up()
    expect(page.get_by_label("From left to right")).to_have_value("0")
    page.get_by_role("button", name="Use this picture").click()

    expect(page.get_by_text("This is your new picture.")).to_be_visible()
    fan.refresh_from_db()
    assert is_red(pixel(read(fan.avatar, 512), 0.95, 0.5))
    public = walk(None, f"/@{fan.handle}")
    shown = public.locator(".profile-head .avatar img")
    expect(shown).to_have_attribute("src", fan.avatar_address(120))
    assert shown.evaluate("image => image.naturalWidth") in (192, 512)


def test_the_sliders_cut_without_a_script_too(walk: Walk, fan: User, tmp_path: Path) -> None:
    (tmp_path / "me.jpg").write_bytes(picture("JPEG", (900, 300)))
    page = walk(fan, "/settings/account/")
    page.get_by_label("Picture").set_input_files(tmp_path / "me.jpg")
    slider = page.get_by_label("From left to right")
    slider.focus()
    slider.press("End")
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("This is your new picture.")).to_be_visible()
    fan.refresh_from_db()
    assert not is_red(pixel(read(fan.avatar, 512), 0.05, 0.5))

    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Everybody sees your drawn portrait.")).to_be_visible()


def test_a_file_that_is_no_picture_is_refused_in_words(walk: Walk, fan: User, tmp_path: Path) -> None:
    (tmp_path / "me.png").write_bytes(b"%PDF-1.7 not a picture")
    page = walk(fan, "/settings/account/")
    page.get_by_label("Picture").set_input_files(tmp_path / "me.png")
    expect(page.locator("[data-crop-stage]")).to_be_hidden()
    page.get_by_role("button", name="Use this picture").click()
    expect(page.locator(".field.wrong")).to_contain_text("not only a picture")


def test_a_new_handle_is_led_to_from_the_old_one(walk: Walk, fan: User, site: str) -> None:
    page = walk(fan, "/settings/account/")
    page.get_by_label("New handle").fill("@Alicia.W")
    page.get_by_role("button", name="Change my handle").click()
    expect(page.get_by_text("You are @alicia.w now.")).to_be_visible()
    expect(page.get_by_text("You changed it lately.")).to_be_visible()

    visitor = walk(None, "/@alice")
    expect(visitor).to_have_url(f"{site}/@alicia.w")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Alice")
