"""The whole economy once through the public REST API: sign up, pay, gift, cash out, approve, check the books.

Run it against a running demo: `python3 dev.py story`. It is a plain client: it knows the addresses in the data
folder's demo.json and what the API says, nothing else. It prints each step with its time and exits 1 at the first
step that does not come out as it should.
"""

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from ovation_client import Browser, Client, Listener, Unexpected, one_time_code, wait_for

CARD = {"card_number": "4242424242424242", "exp": "12 / 34", "cvc": "123"}
PASSWORD = "a warm light on the stage 7"  # noqa: S105  (of people this program invents)
IDENTITY = {
    "first_name": "Stella",
    "last_name": "Nightingale",
    "dob": "1990-04-12",
    "address_line1": "12 Stage Door Lane",
    "postal_code": "10001",
    "city": "New York",
    "bank_account": "000123456789",
    "action": "complete",
}
COINS = 7000
CODE_DIGITS = 6
NEW_PAYERS_DIAMONDS_MATURE_AFTER_DAYS = 22
PAYOUT_ARRIVES_AFTER_DAYS = 4


class Story:
    """One fan, one creator, one operator, one evening."""

    def __init__(self, url: str, demo: dict[str, Any]) -> None:
        self.url, self.demo, self.tag = url, demo, uuid4().hex[:8]
        self.fan, self.creator, self.operator = Client(url), Client(url), Browser(url)
        self.outside = httpx.Client(timeout=30, follow_redirects=True)
        self.started = time.monotonic()

    def tell(self) -> None:
        """Every step in order; the first that fails ends the story."""
        with self.step("a fan signs up with a second factor"):
            self.sign_up(self.fan, f"fan_{self.tag}")
        with self.step("a creator signs up with a second factor"):
            self.sign_up(self.creator, f"star_{self.tag}")
        with self.step("the creator is checked by the payment provider"):
            self.become_creator()
        with self.step("the fan reads the coin terms and accepts them"):
            self.accept_coin_terms()
        with self.step("the fan pays for 7,000 coins on the provider's page"):
            self.recharge()
        with self.step("the creator goes live, the fan listens"):
            room, listener = self.go_live()
        with self.step("the fan sends gifts, the room sees them"):
            units = self.send_gifts(room, listener)
        with self.step(f"{NEW_PAYERS_DIAMONDS_MATURE_AFTER_DAYS} days pass, the diamonds mature"):
            self.wait_for_maturity(units)
        with self.step("the creator cashes out with a second factor"):
            payout = self.cash_out(units)
        with self.step("an operator approves in the back office"):
            self.approve(payout)
        with self.step("the money arrives at the creator's bank"):
            self.wait_until_paid(payout)
        with self.step("the books are right and agree with the provider"):
            self.check_books()
        print(f"the story took {time.monotonic() - self.started:.1f} s", flush=True)

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        begun = time.monotonic()
        print(f"  … {words}", end="", flush=True)
        try:
            yield
        except (Unexpected, httpx.HTTPError, KeyError) as error:
            print(f"\r  ✗ {words}: {type(error).__name__}: {error}", flush=True)
            raise SystemExit(1) from error
        print(f"\r  ✓ {words} ({time.monotonic() - begun:.1f} s)", flush=True)

    def sign_up(self, client: Client, handle: str) -> None:
        email = f"{handle}@example.com"
        person = {
            "email": email,
            "handle": handle,
            "password": PASSWORD,
            "country": "US",
            "birth_date": "1990-04-12",
            "terms": True,
        }
        client.sign_up(person, lambda: self.mailed_code(email))
        client.enrol_second_factor()
        me = client.call("GET", "/api/v1/me/")
        if me["handle"] != handle:
            raise Unexpected(f"signed up as {handle}, but /me/ says {me}")

    def mailed_code(self, email: str) -> str:
        """The code in the newest message to `email`, read from the outbox as the person would from their mail."""

        def newest() -> str | None:
            answer = self.outside.get(
                f"{self.url}/demo/outbox.json", params={"to": email, "token": self.demo["token"]}
            ).json()
            words = answer["messages"][0]["text"].split() if answer["messages"] else []
            return next((word for word in words if len(word) == CODE_DIGITS and word.isdigit()), None)

        return wait_for(f"the mail to {email}", newest)

    def become_creator(self) -> None:
        begun = self.creator.call("POST", "/api/v1/creator/onboarding/", {"accept_terms": True}, expect=201)
        browser = Browser(self.demo["fakestripe"])
        page = browser.open(begun["url"])
        browser.submit(page.form_with("bank_account"), **IDENTITY)
        wait_for(
            "the provider's word on the creator", lambda: self.creator_state().get("can_cash_out") or None
        )

    def creator_state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.creator.call("GET", "/api/v1/creator/")
        return state

    def accept_coin_terms(self) -> None:
        in_force = self.fan.call("GET", "/api/v1/legal-documents/")
        version = next(document["version"] for document in in_force if document["kind"] == "coins")
        shown = {"kind": "coins", "version": version}
        self.fan.call("POST", "/api/v1/me/acceptances/", shown, expect=201)

    def recharge(self) -> None:
        order = self.fan.call(
            "POST", "/api/v1/orders/", {"package": "coins-7000"}, expect=201, key=str(uuid4())
        )
        browser = Browser(self.demo["fakestripe"])
        browser.http.follow_redirects = (
            False  # the way back needs the fan's own browser; the API needs no way back
        )
        page = browser.open(order["checkout_url"])
        browser.submit(page.form_with("card_number"), **CARD)

        def credited() -> bool | None:
            now = self.fan.call("GET", f"/api/v1/orders/{order['id']}/")
            return True if now["status"] == "credited" else None

        wait_for("the coins", credited)
        wallet = self.fan.call("GET", "/api/v1/wallet/")
        bought = order["coins"] + order["bonus_coins"]
        if order["coins"] != COINS or wallet["coins"] != bought:
            raise Unexpected(f"{bought} coins were paid for or given with them, the wallet says {wallet}")

    def go_live(self) -> tuple[str, Listener]:
        room = self.creator.call(
            "POST", "/api/v1/rooms/", {"title": "An evening of songs", "category": "music"}, expect=201
        )
        seen = self.fan.call("GET", f"/api/v1/rooms/{room['id']}/")
        listener = Listener(self.url + seen["events_url"])
        if not listener.connected.wait(10):
            raise Unexpected("the event stream did not open")
        return room["id"], listener

    def send_gifts(self, room: str, listener: Listener) -> int:
        gifts = self.fan.call("GET", "/api/v1/gifts/")["results"]
        gift = max(
            (gift for gift in gifts if gift["coins"] * 10 <= COINS), key=lambda gift: int(gift["coins"])
        )
        order = {"gift": gift["gift"], "quantity": 10, "coins": gift["coins"] * 10}
        key = str(uuid4())
        sent = self.fan.call("POST", f"/api/v1/rooms/{room}/gifts/", order, expect=201, key=key)
        again = self.fan.call("POST", f"/api/v1/rooms/{room}/gifts/", order, expect=201, key=key)
        if sent != again:
            raise Unexpected(f"the same key answered {again} after {sent}")
        self.fan.call("POST", f"/api/v1/rooms/{room}/messages/", {"text": "Bravo!"}, expect=201)
        event = listener.first("gift.settled")
        if event["coins"] != order["coins"]:
            raise Unexpected(f"sent {order}, the room saw {event}")
        listener.first("chat.message")
        return int(sent["diamond_units"])

    def wait_for_maturity(self, units: int) -> None:
        self.move_clock(NEW_PAYERS_DIAMONDS_MATURE_AFTER_DAYS)
        wait_for("matured diamonds", lambda: True if self.available_units() >= units else None, timeout_s=30)

    def available_units(self) -> int:
        return int(self.creator.call("GET", "/api/v1/creator/earnings/")["available_units"])

    def cash_out(self, units: int) -> str:
        self.creator.step_up()
        quote = self.creator.call("POST", "/api/v1/payout-quotes/", {"diamond_units": units}, expect=201)
        payout = self.creator.call(
            "POST", "/api/v1/payouts/", {"quote": quote["id"]}, expect=201, key=str(uuid4())
        )
        return str(payout["id"])

    def approve(self, payout: str) -> None:
        who = self.demo["logins"]["operator"]
        page = self.operator.open("/accounts/login/")
        page = self.operator.submit(
            page.form_with("login", "password"), login=who["email"], password=who["password"]
        )
        self.operator.submit(page.form_with("code"), code=one_time_code(who["totp_secret"]))
        page = self.operator.open(f"/admin/payouts/payout/{payout}/review/")
        form = page.form_with("decision")
        self.operator.submit(form, decision="approve", reason="Checked by the story")

    def wait_until_paid(self, payout: str) -> None:
        wait_for("the transfer", lambda: self.payout_is(payout, "sent", "paid"), timeout_s=30)
        self.move_clock(PAYOUT_ARRIVES_AFTER_DAYS)
        wait_for("the payout", lambda: self.payout_is(payout, "paid"), timeout_s=30)

    def payout_is(self, payout: str, *states: str) -> bool | None:
        return True if self.creator.call("GET", f"/api/v1/payouts/{payout}/")["status"] in states else None

    def move_clock(self, days: int) -> None:
        """Move the demo's business clock ahead; the simulated provider owns it."""
        self.outside.post(
            f"{self.demo['fakestripe']}/_control/clock",
            json={"advance_s": days * 86_400},
            params={"token": self.demo["fakestripe_token"]},
        ).raise_for_status()

    def check_books(self) -> None:
        """ledger_check finds nothing, and the books hold the cash that the provider's own journal adds up to."""
        report = wait_for("books that agree with the provider", self.agreed_books, timeout_s=30)
        if not report["ledger_check"]["ok"]:
            raise Unexpected(f"ledger_check found {report['ledger_check']['findings']}")

    def agreed_books(self) -> dict[str, Any] | None:
        demo, token = self.demo, {"token": self.demo["token"]}
        report: dict[str, Any] = self.outside.get(f"{self.url}/demo/books.json", params=token).json()
        provider = {"token": demo["fakestripe_token"], "limit": "1"}
        journal = self.outside.get(f"{demo['fakestripe']}/_control/journal", params=provider).json()
        cash = journal["totals"][journal["platform"]][report["currency"].lower()]["net"]
        if journal["findings"]:
            raise Unexpected(f"the provider answered against its own contract: {journal['findings']}")
        return report if report["books_minor"] == cash and report["unexplained_minor"] == 0 else None


def main() -> None:
    """Read demo.json and walk the story."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path, required=True, help="the running demo's demo.json")
    parser.add_argument("--url", help="the server's address, when it is not the one in demo.json")
    options = parser.parse_args()
    demo = json.loads(options.demo.read_text())
    Story((options.url or demo["url"]).rstrip("/"), demo).tell()


if __name__ == "__main__":
    main()
