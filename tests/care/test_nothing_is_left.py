"""After an erasing a dump of the whole database has none of the person's words, and all books are as they were."""

import subprocess
import zipfile
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import stripe
from django.core.files.storage import storages

from accounts.models import LegalDocument, User
from care.models import Closing, ClosingStep
from care.services import closing, erasing, exports, outside
from gifts.models import Gift
from ground import clock as business_clock
from ledger import books, checks
from live.models import Room
from payouts.models import Payout
from payouts.services.review import approve_payout, reject_payout
from provider import mirror
from provider.client import stripe_client
from provider.models import InboxEvent
from stack.binaries import postgres_folder
from tests.care.life import WORDS, Life
from tests.fixtures.payouts import GiveDiamonds, work, work_now, work_off_events
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.time import Clock
from tests.fixtures.wallet import HostedPage, Webhooks, work_off_inbox
from tests.ledger.journeys import fold
from wallet.services import create_order
from wallet.services.giving_up import give_up_coins

pytestmark = pytest.mark.django_db(transaction=True)
# Not personal by itself, or encrypted from the start: never found in a dump.
NOT_IN_DUMP_BEFORE = {"phrase"}
# What operators and machines wrote for themselves, and what is encrypted, mailed or asked under other words.
NOT_IN_EXPORT = {"call's error", "alert", "failure message", "log", "event fact", "mail"}


def dump(superuser_url: str) -> str:
    """Everything the database holds, the tests' own memory apart."""
    made = subprocess.run(
        [str(postgres_folder() / "pg_dump"), "--exclude-schema=pristine", superuser_url],
        capture_output=True,
        check=True,
    )
    return made.stdout.decode()


def found(text: str) -> set[str]:
    """Which of her words are in a text, however they are written."""
    lower = text.lower()
    return {name for name, word in WORDS.items() if word.lower() in lower}


def rows_of_others(superuser: psycopg.Connection, her: int) -> dict[str, list[Any]]:
    """What is not about her: the books and the log as a whole, people, chats, orders and messages of others."""
    whole = ["ledger_operation", "ledger_journal", "ledger_total", "events_event", "gifts_sentgift",
             "wallet_orderevent", "payouts_payoutquote", "live_roomlikes"]  # fmt: skip
    others = {
        # Her own accounts lose their budgets, which are hers; no account moves.
        "ledger_account": f"holder <> (SELECT ledger_id FROM accounts_user WHERE id = {her})",
        "accounts_user": f"id <> {her}",
        "accounts_acceptance": f"user_id <> {her}",
        "live_message": f"author_id <> {her}",
        "live_room": f"creator_id <> {her}",
        "wallet_order": f"user_id <> {her}",
        "accounts_securityevent": f"user_id <> {her}",
        "account_emailaddress": f"user_id <> {her}",
        "provider_inboxevent": "payload::text LIKE '%alice@example.com%'",
        "djstripe_charge": "stripe_data::text LIKE '%alice@example.com%'",
    }
    asked = [(name, "true") for name in whole] + list(others.items())
    return {
        name: superuser.execute(f"SELECT t::text FROM {name} t WHERE {rule} ORDER BY 1".encode()).fetchall()
        for name, rule in asked
    }


@pytest.fixture
def life(
    person: Callable[..., User], operator: User, fan: User, room: Room, rose: Gift, installed: None,
    give_diamonds: GiveDiamonds, webhooks: Webhooks, fakestripe: FakeStripe, clock: Clock,
) -> Life:  # fmt: skip
    """Her whole life, up to where she wants to leave: everything settled."""
    her = Life(person)
    her.settle_in()
    other = create_order(user=fan, key="client:fan", now=business_clock.now(), package="coins-350")
    her.accept(LegalDocument.Kind.COINS, _new_version())
    HostedPage(other.checkout_url).pay()
    her.buy()
    webhooks.deliver_all()
    her.talk(room)
    her.write(room.creator)
    her.give(room, 500, rose.slug)
    _earn_and_cash_out(her, give_diamonds, operator, clock)
    her.customer = her.be_known_to_the_provider()
    her.be_talked_about(operator)
    give_up_coins(user=her.her, coins=200, key="rest", now=business_clock.now())
    work_off_inbox()
    fold()
    return her


def _new_version() -> int:
    made = LegalDocument.objects.create(
        kind=LegalDocument.Kind.COINS, version=2, starts_at=business_clock.now(), title="Coins", body="New."
    )
    return made.version


def _earn_and_cash_out(her: Life, give_diamonds: GiveDiamonds, operator: User, clock: Clock) -> None:
    """One cash-out refused with words, one paid."""
    her.open_payout_account()
    own = her.stream()
    give_diamonds(her.her)
    her.end(own)
    refused = work(her.ask_for_money(1_000_000))
    reject_payout(
        payout_id=refused.id,
        operator=operator,
        verified=True,
        reason=WORDS["operator's words"],
        now=business_clock.now(),
    )
    paid = _approved(her, operator)
    work(paid)
    clock.advance(days=4)
    assert work_now(paid).state == "paid"


def _approved(her: Life, operator: User) -> Payout:
    payout = work(her.ask_for_money(1_000_000, key="second"))
    now = business_clock.now()
    return approve_payout(payout_id=payout.id, operator=operator, verified=True, reason="known", now=now)


def erase(her: Life) -> Closing:
    row = closing.ask_for_closing(user=her.her, now=business_clock.now())
    erasing.erase(closing_id=row.pk, now=row.erase_at)
    outside.finish(closing_id=row.pk)
    row.refresh_from_db()
    return row


def test_a_dump_afterwards_has_none_of_her_words(
    life: Life, superuser_url: str, superuser_connection: psycopg.Connection, fakestripe: FakeStripe
) -> None:
    before = dump(superuser_url)
    assert WORDS.keys() - found(before) == NOT_IN_DUMP_BEFORE
    totals, others = books.totals(), rows_of_others(superuser_connection, life.her.pk)

    row = erase(life)

    assert row.state == "erased", list(row.steps.values_list("kind", "error"))
    assert found(dump(superuser_url)) == set()
    assert books.totals() == totals
    assert rows_of_others(superuser_connection, life.her.pk) == others
    report = checks.run()
    assert report.ok, report.findings


def test_files_and_the_providers_customer_go_too(life: Life, fakestripe: FakeStripe) -> None:
    export = exports.ask_for_export(user=life.her, now=business_clock.wall())
    exports.build_export(export_id=export.pk)
    export.refresh_from_db()
    assert storages["exports"].exists(export.file)
    account = life.her.payout_accounts.get().provider_account_id

    row = erase(life)

    assert not storages["exports"].exists(export.file)
    assert stripe_client().v1.customers.retrieve(life.customer).to_dict()["deleted"] is True
    with pytest.raises(stripe.StripeError):
        stripe_client().v1.accounts.retrieve(str(account))
    assert set(row.steps.exclude(done_at=None).values_list("kind", flat=True)) == {
        "sessions", "file", "customer", "account",
    }  # fmt: skip
    assert not row.steps.filter(done_at__isnull=False, subject__contains="cus_").exists()


def test_what_the_provider_tells_afterwards_is_emptied_too(life: Life, superuser_url: str) -> None:
    row = erase(life)
    work_off_events(None)  # her customer's end, told with everything about her
    for event in InboxEvent.objects.filter(mirrored_at=None):
        mirror.feed(event_pk=event.pk)
    assert found(dump(superuser_url)) != set()

    assert not row.steps.filter(kind="late_events", due_at=None).exists()
    ClosingStep.objects.filter(kind="late_events").update(due_at=business_clock.wall())
    outside.finish(closing_id=row.pk)

    assert found(dump(superuser_url)) == set()
    assert set(row.steps.filter(kind="late_events").values_list("looks", flat=True)) == {2}


def test_a_provider_that_does_not_answer_is_asked_again(life: Life, fakestripe: FakeStripe) -> None:
    fakestripe.control("faults", {"kind": "500", "method": "DELETE", "path": "/v1/customers/*", "count": 3})
    row = erase(life)
    assert row.state == "erasing"
    (left,) = row.steps.filter(done_at=None).exclude(kind="late_events")
    assert (left.kind, left.error, left.tries) == ("customer", "ProviderUnknown", 1)

    ClosingStep.objects.filter(pk=left.pk).update(due_at=business_clock.wall())
    outside.finish(closing_id=row.pk)
    row.refresh_from_db()
    assert row.state == "erased"


def test_her_export_has_every_word_of_hers(life: Life) -> None:
    export = exports.ask_for_export(user=life.her, now=business_clock.wall())
    exports.build_export(export_id=export.pk)
    export.refresh_from_db()
    with storages["exports"].open(export.file) as content, zipfile.ZipFile(content) as archive:
        for kind in ("json", "csv"):
            names = [name for name in archive.namelist() if name.endswith(kind)]
            text = "".join(archive.read(name).decode() for name in names).replace('\\"', '"')
            assert WORDS.keys() - found(text) <= NOT_IN_EXPORT, kind


def test_erasing_twice_changes_nothing(life: Life, superuser_url: str) -> None:
    row = erase(life)
    before = User.objects.get(pk=life.her.pk)
    erasing.erase(closing_id=row.pk, now=row.erase_at)
    outside.finish(closing_id=row.pk)
    after = User.objects.get(pk=life.her.pk)
    assert (before.handle, before.email, before.password) == (after.handle, after.email, after.password)
