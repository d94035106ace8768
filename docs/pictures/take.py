"""Take the README's pictures of the running demo: `python3 dev.py pictures`."""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SETTLE_MS = 1_200  # pictures, fonts and the first events of a room


class Photographer:
    """One Chromium and the running demo."""

    def __init__(self, browser: Browser, demo: dict[str, Any], url: str) -> None:
        self.browser, self.demo, self.url = browser, demo, url

    def take_all(self) -> None:
        """Every picture the README and docs show."""
        with self.signed_in("fan", DESKTOP) as page:
            self.take(page, "/", "home")
            room = self.first_room(page)
            self.take(page, room, "room")
            self.take(page, "/balance/", "balance")
        with self.signed_in("fan", PHONE, dark=True) as page:
            self.take(page, room, "room-phone-dark")
        with self.signed_in("creator", DESKTOP) as page:
            self.take(page, "/studio/", "studio")
        with self.signed_in("operator", {"width": 1600, "height": 1000}) as page:
            self.take(page, "/admin/", "backoffice")

    def take(self, page: Page, path: str, name: str) -> None:
        answer = page.goto(self.url + path)
        if answer is None or not answer.ok:
            sys.exit(f"{path} answered {answer.status if answer else 'nothing'}; no picture {name}.png")
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=HERE / f"{name}.png")
        print(f"  docs/pictures/{name}.png", flush=True)  # noqa: T201 (this is the report)

    def first_room(self, page: Page) -> str:
        path = page.locator("a[href^='/live/']").first.get_attribute("href")
        if path is None:
            sys.exit("The home page shows no room.")
        return path

    @contextmanager
    def signed_in(self, who: str, size: dict[str, int], *, dark: bool = False) -> Iterator[Page]:
        """A page of somebody who signed in with both factors, as a person does."""
        context = self.browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            device_scale_factor=2 if size == PHONE else 1,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        login = self.demo["logins"][who]
        page.goto(f"{self.url}/accounts/login/")
        page.fill("input[name=login]", login["email"])
        page.fill("input[name=password]", login["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/accounts/2fa/authenticate/**")
        page.fill("input[name=code]", self.code(login["handle"]))
        page.press("input[name=code]", "Enter")
        page.wait_for_url(lambda url: "/accounts/" not in url)
        yield page
        context.close()

    def code(self, handle: str) -> str:
        address = f"{self.url}/demo/otp/{handle}.json"
        code: str = httpx.get(address, params={"token": self.demo["token"]}).raise_for_status().json()["code"]
        return code


def main() -> None:
    """Read demo.json, find a Chromium, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path, required=True, help="the running demo's demo.json")
    parser.add_argument("--url", help="the server's address, when it is not the one in demo.json")
    options = parser.parse_args()
    demo = json.loads(options.demo.read_text())
    chromium = next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"] if chromium else []
        )
        Photographer(browser, demo, (options.url or demo["url"]).rstrip("/")).take_all()
        browser.close()


if __name__ == "__main__":
    main()
