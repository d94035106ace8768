"""The simulated provider, as the seed uses it: its clock, and its hosted pages filled in as a person would."""

import os
import re

import httpx
from django.conf import settings

DAY_S = 86_400
CARD = {"card_number": "4242424242424242", "exp": "12 / 34", "cvc": "123"}
GOOD_BANK_ACCOUNT = "000123456789"


class Provider:
    """A browser, and the control routes' token."""

    def __init__(self) -> None:
        self.http = httpx.Client(base_url=settings.STRIPE_API_HOST, timeout=30)
        self.token = {"X-Fakestripe-Token": os.environ["FAKESTRIPE_TOKEN"]}

    def set_clock(self, offset_s: int) -> None:
        """Put the business clock `offset_s` ahead of the wall clock; below zero it is in the past."""
        self.http.post("/_control/clock", headers=self.token, json={"offset_s": offset_s}).raise_for_status()

    def pay(self, url: str, *, name: str, email: str) -> None:
        """Pay on the hosted page at `url` with the card that always works."""
        self._submit(url, CARD | {"name": name, "email": email})

    def dispute(self, **wish: str) -> str:
        """Let the buyer's bank open a dispute or decide one; its id."""
        answer = self.http.post("/_control/disputes", headers=self.token, json=wish)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def onboard(self, url: str, *, name: str) -> None:
        """Fill in the onboarding page at `url` as a person whose bank account works."""
        first, _, last = name.partition(" ")
        person = {
            "first_name": first,
            "last_name": last or first,
            "dob": "1990-04-12",
            "address_line1": "12 Stage Door Lane",
            "postal_code": "10001",
            "city": "New York",
            "bank_account": GOOD_BANK_ACCOUNT,
            "action": "complete",
        }
        self._submit(url, person)

    def _submit(self, url: str, values: dict[str, str]) -> None:
        page = self.http.get(url, follow_redirects=True)
        answer = self.http.post(page.url, data=values)
        if answer.status_code >= 400 or not answer.is_redirect:
            raise RuntimeError(f"the provider's page answered {answer.status_code}: {_words(answer.text)}")


def _words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())[:300]
