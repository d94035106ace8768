"""The program itself: what it refuses, what survives, its clock, its journal and its dashboard."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.fakestripe.conftest import ROOT, TOKEN, Fake, free_port, start, web
from tests.fakestripe.journeys import funded_account, new_session, paid_charge, pay


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        ([], {"OVATION_MODE": "production"}, "OVATION_MODE=production"),
        ([], {"STRIPE_SECRET_KEY": "sk_live_abcdefghijklmnop"}, "live-looking"),
        (["--keys", "sk_test_51abcdefghijklmnopqrs"], {}, "sk_test_fake"),
        (["--host", "192.168.1.5"], {}, "loopback only"),
    ],
)
def test_it_does_not_start_near_real_money(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], words: str
) -> None:
    command = [
        sys.executable,
        "-m",
        "fakestripe",
        "--port",
        "1",
        "--data",
        str(tmp_path / "state"),
        *arguments,
    ]
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, env=own | environment, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, words in ended.stderr) == (2, True)
    assert not (tmp_path / "state").exists()


def test_what_was_answered_survives_sigkill(tmp_path: Path) -> None:
    first = start(tmp_path, free_port())
    charge = paid_charge(first.api())
    first.advance(days=1)
    before = first.control("journal")
    first.program.send_signal(signal.SIGKILL)
    first.program.wait()
    second = start(tmp_path, first.port)
    try:
        assert second.control("journal") == before
        assert second.api().charges.retrieve(charge.id).amount == 1_000
        assert second.control("clock")["offset_s"] == 86_400
        second.advance(days=1)
        assert second.balance() == (941, 0)
    finally:
        second.program.terminate()
        second.program.wait()


def test_it_stops_on_sigterm(tmp_path: Path) -> None:
    fake = start(tmp_path, free_port())
    fake.program.terminate()
    assert fake.program.wait(5) in (0, -signal.SIGTERM)


def test_the_clock_file_tells_the_offset(fake: Fake) -> None:
    assert json.loads((fake.data / "clock.json").read_text()) == {"offset_s": 0}
    fake.advance(days=8)
    assert json.loads((fake.data / "clock.json").read_text()) == {"offset_s": 8 * 86_400}
    assert abs(fake.control("clock")["now"] - time.time() - 8 * 86_400) < 5


@pytest.mark.parametrize(
    "given", [{"advance_s": -1}, {"offset_s": -(10**12)}, {"offset_s": 10**12}, {"advance_s": "x"}]
)
def test_the_clock_refuses_nonsense(fake: Fake, given: dict[str, object]) -> None:
    answer = web.post(f"{fake.url}/_control/clock", json=given, headers={"X-Fakestripe-Token": TOKEN})
    assert answer.status_code == 400
    assert fake.control("clock")["offset_s"] == 0


def test_a_history_can_be_lived_before_now(fake: Fake) -> None:
    fake.control("clock", offset_s=-21 * 86_400)
    charge = paid_charge(fake.api())
    assert abs(charge.created - time.time() + 21 * 86_400) < 60
    fake.control("clock", offset_s=-20 * 86_400)
    assert fake.balance() == (0, 941)
    fake.control("clock", offset_s=0)
    assert fake.balance() == (941, 0)


def test_card_money_becomes_available_on_its_day(fake: Fake) -> None:
    paid_charge(fake.api())
    fake.advance(days=2, seconds=-60)
    assert fake.balance() == (0, 941)
    fake.advance(seconds=60)
    assert fake.balance() == (941, 0)
    shown = fake.api().balance.retrieve()
    assert (shown.available[0].amount, shown.pending[0].amount) == (941, 0)


def test_the_journal_tells_every_movement_with_its_source(fake: Fake) -> None:
    api = fake.api()
    charge, account = paid_charge(api), funded_account(fake, api, amount=300)
    journal = fake.control("journal")
    assert [(row["type"], row["amount"], row["fee"]) for row in journal["rows"]] == [
        ("charge", 1_000, 59), ("topup", 300, 0), ("transfer", -300, 0), ("payment", 300, 0),
    ]  # fmt: skip
    assert journal["rows"][0]["source"] == charge.id
    assert journal["totals"][account]["usd"] == {"available": 300, "pending": 0, "net": 300}
    assert fake.control("journal", after=3)["rows"][0]["type"] == "payment"


def test_the_money_log_cannot_be_changed(fake: Fake) -> None:
    paid_charge(fake.api())
    with closing(sqlite3.connect(fake.data / "fakestripe.sqlite3")) as database:
        for statement in ("UPDATE entries SET amount = 1, net = 1 - fee", "DELETE FROM entries"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                database.execute(statement)
    assert fake.balance() == (0, 941)


@pytest.mark.parametrize("name", ["clock", "journal", "faults", "webhooks", "requests", "endpoints"])
def test_the_control_plane_needs_the_token(fake: Fake, name: str) -> None:
    assert web.get(f"{fake.url}/_control/{name}").status_code == 403
    assert web.post(f"{fake.url}/_control/{name}?token=wrong", json={}).status_code == 403
    known = {"Authorization": f"Bearer {TOKEN}"}
    assert web.get(f"{fake.url}/_control/clock", headers=known).status_code == 200


@pytest.mark.parametrize("name", ["reset", "topup", "payouts", "accounts"])
def test_what_changes_money_is_asked_by_post_with_the_token(fake: Fake, name: str) -> None:
    paid_charge(fake.api())
    assert web.post(f"{fake.url}/_control/{name}", json={"amount": 5}).status_code == 403
    assert web.get(f"{fake.url}/_control/{name}?token={TOKEN}&amount=5").status_code == 405
    assert fake.balance() == (0, 941)


def test_the_dashboard_turns_its_token_into_a_cookie(fake: Fake) -> None:
    assert web.get(f"{fake.url}/").status_code == 403
    api = fake.api()
    account = funded_account(fake, api, amount=900)
    payout = api.payouts.create({"amount": 900, "currency": "usd"}, {"stripe_account": account})
    away = web.get(f"{fake.url}/?token={TOKEN}")
    cookie = away.headers["set-cookie"]
    assert (away.headers["location"], "HttpOnly" in cookie, "SameSite=strict" in cookie) == ("/", True, True)
    shown = web.get(f"{fake.url}/", headers={"Cookie": cookie.split(";")[0]})
    web.cookies.clear()
    assert (shown.status_code, payout.id in shown.text, account in shown.text) == (200, True, True)


def test_the_dashboard_s_buttons_need_the_cookie_and_our_own_page(fake: Fake) -> None:
    cookie, press = {"Cookie": f"fakestripe_token={TOKEN}"}, {"do": "clock", "advance_s": "3600"}
    assert web.post(f"{fake.url}/do", data=press).status_code == 403
    elsewhere = cookie | {"Origin": "http://attacker.example"}
    assert web.post(f"{fake.url}/do", data=press, headers=elsewhere).status_code == 403
    assert web.post(f"{fake.url}/do", data=press, headers=cookie | {"Origin": fake.url}).status_code == 303
    assert fake.control("clock")["offset_s"] == 3_600


def test_requests_are_listed_without_secrets(fake: Fake) -> None:
    pay(new_session(fake.api()))
    api = fake.api()
    account = funded_account(fake, api, amount=100)
    bank = {"country": "US", "currency": "usd", "account_number": "000123456789"}
    asked: Any = {"bank_account": bank}
    api.accounts.external_accounts.create(account, asked)
    listed = json.dumps(fake.control("requests"))
    assert "/v1/accounts" in listed
    assert "000123456789" not in listed
    assert "sk_test_fake" not in listed
