"""Take the README's pictures of a running demo: `python3 dev.py pictures`.

Each picture is a page as a demo person sees it. Needs the browser that the browser tests use.
"""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
CODE_PERIOD_S = 30


def main() -> int:
    """Sign in as the fan, the creator and an operator, and save what each of them sees."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path, required=True, help="the running demo's demo.json")
    parser.add_argument("--url", help="the server's address, when it is not the one in demo.json")
    parser.add_argument("--into", type=Path, default=FOLDER, help="the folder the pictures go to")
    options = parser.parse_args()
    demo = json.loads(options.demo.read_text())
    take(Demo(options.url or demo["url"], demo), options.into)
    return 0


class Demo:
    """Where the demo is and who can be in it."""

    def __init__(self, url: str, facts: dict[str, Any]) -> None:
        self.url, self.facts = url, facts

    def code(self, handle: str) -> str:
        """A one-time code that has not been used yet: the next one, if this one may have been."""
        answer = httpx.get(f"{self.url}/demo/otp/{handle}.json", params={"token": self.facts["token"]}).json()
        return str(answer["code"])

    def open_room(self) -> str:
        """The address of the room with most to see: the demo creator's."""
        rooms = httpx.get(f"{self.url}/api/v1/rooms/").json()["results"]
        handle = self.facts["logins"]["creator"]["handle"]
        mine = next((room for room in rooms if room["creator"]["handle"] == handle), rooms[0])
        return f"/live/{mine['id']}/"


def take(demo: Demo, into: Path) -> None:
    """Save every picture as PNG into `into`."""
    with sync_playwright() as playwright:
        found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        with person(browser, demo, "fan", scheme="light") as page:
            save(page, demo.url + "/", into / "home.png")
            save(page, demo.url + demo.open_room(), into / "room.png", settle_s=2)
            save(page, demo.url + "/balance/", into / "balance.png")
            page.set_viewport_size(PHONE)  # type: ignore[arg-type]
            save(page, demo.url + demo.open_room(), into / "room-phone.png", settle_s=2)
        with person(browser, demo, "creator", scheme="dark") as page:
            save(page, demo.url + "/studio/", into / "studio.png", settle_s=1)
        with person(browser, demo, "operator", scheme="light") as page:
            page.set_viewport_size({"width": 1500, "height": 940})
            save(page, demo.url + "/admin/", into / "backoffice.png", settle_s=1)
        browser.close()


@contextmanager
def person(browser: Browser, demo: Demo, name: str, *, scheme: str) -> Iterator[Page]:
    """A page of somebody who is signed in with a second factor."""
    who = demo.facts["logins"][name]
    context = browser.new_context(viewport=DESKTOP, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(demo.url + "/accounts/login/")
    page.fill("input[name=login]", who["email"])
    page.fill("input[name=password]", who["password"])
    page.click("main button[type=submit]")
    for _ in range(3):
        page.fill("input[name=code]", demo.code(who["handle"]))
        page.click("main button[type=submit]")
        page.wait_for_load_state()
        if "/2fa/" not in page.url:
            break
        time.sleep(CODE_PERIOD_S - time.time() % CODE_PERIOD_S + 0.5)  # that code was used up
    yield page
    context.close()


def save(page: Page, address: str, path: Path, settle_s: float = 0.5) -> None:
    """Open `address`, let it settle, and keep the picture."""
    page.goto(address)
    time.sleep(settle_s)  # pictures wait for fonts and the first events; an event stream never goes idle
    page.screenshot(path=path)
    print(path.name, flush=True)  # noqa: T201 (this is the report)


if __name__ == "__main__":
    sys.exit(main())
