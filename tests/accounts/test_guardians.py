"""A guardian consents, sets the budget and takes it back; every refusal changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import guardian_links, guardian_mails, services
from accounts.consent_parts import erase, parts
from accounts.errors import AgeRequired
from accounts.guardian_budget import Budget
from accounts.guardian_errors import (
    GuardianExists,
    GuardianLinkExpired,
    GuardianLinkInvalid,
    GuardianLinkUsed,
    GuardianNotNeeded,
    GuardianRequired,
    GuardianRevoked,
    InvalidGuardianBudget,
    NotAnAdult,
    OwnAddress,
    TooManyAsks,
)
from accounts.models import GuardianAsk, GuardianMail, GuardianRecord, Guardianship, SpendingFreeze, User
from accounts.services.guardians import Promise, usable_ask
from events import log
from ground import clock
from ledger import books
from ledger.models import Account
from ledger.selectors import allowances
from tests.fixtures.guardians import BUDGET, FROM, MOTHER, PROMISE, allow_guardians, ask, born, consent

pytestmark = pytest.mark.django_db(transaction=True)
FATHER = "father@example.com"


def is_frozen(person: User) -> bool:
    """Whether the books refuse their spending."""
    return bool(Account.objects.get(holder=person.ledger_id, code="coins").frozen)


def limits(person: User) -> dict[str, int]:
    """The books' limits of their coins."""
    rows = allowances(holder=person.ledger_id, code="coins", unit="COIN", now=clock.now())
    return {row.period: row.amount for row in rows}


def test_a_minor_begins_frozen_and_may_not_buy(minor: User) -> None:
    assert is_frozen(minor)
    assert list(SpendingFreeze.objects.values_list("user_id", "reason", "lifted_at")) == [
        (minor.pk, "guardian", None)
    ]
    with pytest.raises(GuardianRequired) as refusal:
        services.require_may_buy(user=minor, today=clock.today())
    assert refusal.value.extra["ask"]["path"] == "/api/v1/me/guardian/asks/"
    with pytest.raises(AgeRequired):
        services.require_adult(user=minor, today=clock.today())


def test_a_consent_thaws_sets_the_limits_and_is_recorded(minor: User) -> None:
    guardianship = consent(ask(minor))

    assert not is_frozen(minor)
    assert limits(minor) == {"day": 100, "week": 350, "month": 1_000}
    assert minor.gift_limit.coins == 50
    services.require_may_buy(user=minor, today=clock.today())
    record = GuardianRecord.objects.get()
    assert (record.kind, record.guardian_email, record.guardian_name) == ("consented", MOTHER, "Jane Doe")
    assert (record.budget, record.ip, record.user_agent) == (BUDGET.as_dict(), "192.0.2.7", "A browser")
    told = [event.type for event in log.since(f"user:{minor.pk}", 0, 20)]
    assert told[-2:] == ["consent.guardian_asked", "consent.guardian_consented"]
    assert guardianship.state == "active"


def test_the_token_is_not_kept_and_the_mail_carries_it(minor: User, mailoutbox: list[Any]) -> None:
    asked = ask(minor)
    token = guardian_links.ask_token(asked)

    guardian_mails.send_owed()

    (mail,) = [message for message in mailoutbox if message.to == [MOTHER]]
    assert f"/guardian/#{token}" in mail.body
    assert "Mia (@mia)" in mail.body
    row = GuardianAsk.objects.values().get()
    assert token not in str(row)
    assert row["token_digest"] == guardian_links.digest(token)


def test_a_token_works_once(minor: User) -> None:
    asked = ask(minor)
    consent(asked)
    with pytest.raises(GuardianLinkUsed):
        consent(asked)
    with pytest.raises(GuardianLinkUsed):
        usable_ask(guardian_links.ask_token(asked))
    assert Guardianship.objects.count() == GuardianRecord.objects.count() == 1


def test_a_token_expires(minor: User) -> None:
    asked = ask(minor)
    GuardianAsk.objects.update(expires_at=clock.wall() - timedelta(seconds=1))
    with pytest.raises(GuardianLinkExpired):
        consent(asked)
    assert is_frozen(minor)


def test_a_forged_token_opens_nothing(minor: User) -> None:
    token = guardian_links.ask_token(ask(minor))
    for forged in (
        "",
        "x" * 64,
        token[:-1] + ("0" if token[-1] != "0" else "1"),
        token.upper(),
        "y" * 10_000,
    ):
        with pytest.raises(GuardianLinkInvalid):
            usable_ask(forged)


def test_asking_again_makes_the_earlier_link_void(minor: User) -> None:
    first, second = ask(minor), ask(minor)
    with pytest.raises(GuardianLinkUsed):
        consent(first)
    assert consent(second).state == "active"


@pytest.mark.parametrize("email", ["mia@example.com", "MIA@example.com", "mia+mum@example.com"])
def test_nobody_is_their_own_guardian(minor: User, email: str) -> None:
    with pytest.raises(OwnAddress):
        ask(minor, email)
    assert not GuardianAsk.objects.exists()


def test_another_minor_is_no_guardian(minor: User, person: Callable[..., User]) -> None:
    friend = person("finn", birth_date=born(16, days=3), totp_secret=None)
    assert friend.email
    with pytest.raises(NotAnAdult):
        consent(ask(minor, friend.email))
    assert is_frozen(minor)


def test_who_does_not_promise_to_be_an_adult_cannot_consent(minor: User) -> None:
    with pytest.raises(NotAnAdult):
        consent(ask(minor), promise=Promise("Jane Doe", "parent", is_adult=False))
    assert not Guardianship.objects.exists()


@pytest.mark.parametrize("budget", [Budget(), Budget(gift=5), Budget(day=-1), Budget(month=10**9 + 1)])
def test_a_budget_needs_a_period_and_whole_coins(minor: User, budget: Budget) -> None:
    with pytest.raises(InvalidGuardianBudget):
        consent(ask(minor), budget)
    assert is_frozen(minor)


def test_an_adult_needs_no_guardian(minor: User, fan: User) -> None:
    with pytest.raises(GuardianNotNeeded):
        ask(fan)


def test_who_has_a_guardian_asks_no_other(guarded: Guardianship) -> None:
    with pytest.raises(GuardianExists):
        ask(guarded.minor, FATHER)


def test_asking_has_a_pace(minor: User) -> None:
    for n in range(5):
        ask(minor, f"guardian{n}@example.com")
    with pytest.raises(TooManyAsks) as refusal:
        ask(minor, FATHER)
    assert 0 < refusal.value.extra["retry_after_s"] <= 86_401
    assert GuardianAsk.objects.filter(closed_at=None).count() == 3


def test_one_mailbox_is_not_flooded_by_many(minor: User, person: Callable[..., User]) -> None:
    for n in range(5):
        ask(person(f"teen{n}", birth_date=born(15), totp_secret=None))
    with pytest.raises(TooManyAsks):
        ask(minor)


def test_of_two_guardians_at_once_one_consents(minor: User, race: Callable[..., list[Any]]) -> None:
    tokens = [ask(minor), ask(minor, FATHER)]
    answers = race(4, lambda: consent(tokens.pop() if len(tokens) > 1 else tokens[0]))

    assert sum(isinstance(answer, Guardianship) for answer in answers) == 1
    assert {answer for answer in answers if isinstance(answer, type)} <= {GuardianLinkUsed, GuardianExists}
    assert GuardianRecord.objects.count() == 1


def test_a_new_budget_replaces_the_limits_and_keeps_a_lower_one_of_their_own(guarded: Guardianship) -> None:
    minor = guarded.minor
    books.limit(minor.ledger_id, period="week", coins=20, zone="UTC", now=clock.now())

    wanted = Budget(day=None, week=400, month=2_000, gift=None)
    services.change_budget(guardianship=guarded, budget=wanted, now=clock.now(), origin=FROM)

    assert limits(minor) == {"week": 20, "month": 2_000}
    assert not hasattr(User.objects.get(pk=minor.pk), "gift_limit")
    assert GuardianRecord.objects.first().budget == wanted.as_dict()  # type: ignore[union-attr]


def test_the_same_budget_again_is_no_news(guarded: Guardianship) -> None:
    services.change_budget(guardianship=guarded, budget=BUDGET, now=clock.now(), origin=FROM)
    assert GuardianRecord.objects.count() == 1


def test_revoking_freezes_at_once_and_twice_is_once(guarded: Guardianship) -> None:
    for _ in range(2):
        services.revoke_consent(guardianship=guarded, now=clock.now(), origin=FROM)

    assert is_frozen(guarded.minor)
    with pytest.raises(GuardianRequired):
        services.require_may_buy(user=guarded.minor, today=clock.today())
    assert [record.kind for record in GuardianRecord.objects.all()] == ["revoked", "consented"]
    with pytest.raises(GuardianRevoked):
        ask(guarded.minor, FATHER)


def test_restoring_thaws_only_its_own_freeze(guarded: Guardianship) -> None:
    minor, now = guarded.minor, clock.now()
    services.freeze_spending(user=minor, reason="not_me", now=now)
    services.revoke_consent(guardianship=guarded, now=now, origin=FROM)

    services.restore_consent(guardianship=guarded, now=now, origin=FROM)
    assert is_frozen(minor)
    services.thaw_spending(user=minor, reason="not_me", now=now)
    assert not is_frozen(minor)


def test_a_freeze_by_hand_is_not_lifted_by_a_reason(fan: User) -> None:
    books.freeze(fan.ledger_id, frozen=True)
    services.freeze_spending(user=fan, reason="not_me", now=clock.now())
    services.thaw_spending(user=fan, reason="not_me", now=clock.now())
    assert is_frozen(fan)


def test_a_management_link_is_signed_and_dies_when_a_new_one_is_made(guarded: Guardianship) -> None:
    token = guardian_links.management_token(guarded)
    assert guardian_links.guardianship_by(token).pk == guarded.pk

    assert services.reissue_links(email=MOTHER.upper(), now=clock.now(), origin=FROM) == 1
    for dead in (token, token + "x", "1:2", ":"):
        with pytest.raises(GuardianLinkInvalid):
            guardian_links.guardianship_by(dead)
    assert services.reissue_links(email="nobody@example.com", now=clock.now(), origin=FROM) == 0
    assert GuardianMail.objects.filter(kind="link").count() == 1


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_guardianrecord SET budget = '{}'", "DELETE FROM accounts_guardianrecord",
     "UPDATE accounts_guardianrecord SET guardian_email = ''"],
)  # fmt: skip
def test_a_record_is_never_changed(guarded: Guardianship, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_mail_that_is_refused_stays_owed(
    minor: User, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    ask(minor)
    real = guardian_mails._message

    class Refused:
        def send(self) -> None:
            raise OSError("the mail server is away")

    monkeypatch.setattr(guardian_mails, "_message", lambda mail: Refused())
    assert guardian_mails.send_owed() == 0
    monkeypatch.setattr(guardian_mails, "_message", real)
    assert (guardian_mails.send_owed(), guardian_mails.send_owed()) == (1, 0)
    assert [message.to for message in mailoutbox] == [[MOTHER]]


def test_export_and_erasing_know_the_guardian(guarded: Guardianship) -> None:
    found = {part.name: list(part.rows) for part in parts(guarded.minor)}
    assert [row["what"] for row in found["guardian"]] == ["asked", "consented"]
    assert found["guardian"][1]["budget"] == BUDGET.as_dict()
    assert [row["reason"] for row in found["spending-freezes"]] == ["guardian"]

    User.objects.filter(pk=guarded.minor_id).update(deactivated_at=clock.now())
    for _ in range(2):
        erase(guarded.minor)
    for model in (GuardianAsk, Guardianship, GuardianRecord):
        assert MOTHER not in str(list(model.objects.values()))
    assert "Jane" not in str(list(GuardianRecord.objects.values()))


def test_nobody_is_asked_where_guardians_are_not_allowed(person: Callable[..., User]) -> None:
    allow_guardians(country="DE")
    german = person("hanna", birth_date=born(15), totp_secret=None)
    with pytest.raises(AgeRequired):
        person("yuki", country="JP", birth_date=born(15), totp_secret=None)
    assert services.guardian_standing(german, clock.now()).state == "needed"
    assert PROMISE.is_adult
