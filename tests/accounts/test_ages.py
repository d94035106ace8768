"""Age rules by country, birthdays by the business clock, and the neutral gate at sign-up."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from accounts import age_gate, services
from accounts.age_gate import COOKIE
from accounts.errors import AgeRequired
from accounts.models import AgeRule, GuardianRecord, Guardianship, OwedMail, SpendingFreeze, User
from accounts.services.age import InvalidRule, require_age, rule_for
from accounts.services.ages import keep_ages, settle_age
from ground import clock as business_clock
from ledger.models import Account
from tests.accounts.test_headless_journeys import NEW_PERSON
from tests.fixtures.guardians import FROM, allow_guardians, ask, born, consent
from tests.fixtures.time import Clock

pytestmark = pytest.mark.django_db(transaction=True)


def is_frozen(person: User) -> bool:
    return bool(Account.objects.get(holder=person.ledger_id, code="coins").frozen)


def set_rule(operator: User, country: str = "", **ages: Any) -> AgeRule:
    """As the back office does it."""
    return services.set_age_rule(
        operator=operator, reason="The law.", now=business_clock.now(), country=country, **ages
    )


def test_what_every_installation_starts_with(legal_documents: None) -> None:
    assert {country: rule_for(country).account_age for country in ("DE", "KR", "")} == {
        "DE": 18,
        "KR": 19,
        "": 18,
    }
    assert AgeRule.objects.count() == 2
    assert {rule.guardian_from for rule in AgeRule.objects.all()} == {None}


def test_the_newest_rule_counts_and_who_made_it_is_kept(operator: User) -> None:
    set_rule(operator, "JP", account_age=20)
    newest = set_rule(operator, "JP", account_age=21, buy_age=22)
    assert rule_for("JP") == newest
    assert (newest.made_by, newest.reason, newest.independent_age) == (operator, "The law.", 22)
    set_rule(operator, "JP", follows_default=True)
    assert rule_for("JP").country == ""


@pytest.mark.parametrize(
    "ages",
    [
        {"cash_out_age": 17},
        {"account_age": 12},
        {"guardian_from": 12},
        {"guardian_from": 18},
        {"guardian_from": 16, "account_age": 16, "buy_age": 16, "gift_age": 16},
        {"follows_default": True},
    ],
)
def test_ages_that_do_not_fit_are_refused(operator: User, ages: dict[str, Any]) -> None:
    before = AgeRule.objects.count()
    with pytest.raises(InvalidRule):
        set_rule(operator, **ages)
    assert AgeRule.objects.count() == before


@pytest.mark.parametrize(
    ("country", "birth_date", "today", "passes"),
    [
        ("DE", date(2008, 11, 22), date(2026, 11, 22), True),
        ("DE", date(2008, 11, 23), date(2026, 11, 22), False),
        ("KR", date(2007, 11, 22), date(2026, 11, 22), True),
        ("KR", date(2007, 11, 23), date(2026, 11, 22), False),
        ("DE", date(2008, 2, 29), date(2026, 2, 28), False),
        ("DE", date(2008, 2, 29), date(2026, 3, 1), True),
    ],
)
def test_the_birthday_itself_is_the_boundary(
    legal_documents: None, country: str, birth_date: date, today: date, passes: bool
) -> None:
    if passes:
        return require_age(birth_date=birth_date, country=country, today=today)
    with pytest.raises(AgeRequired) as refusal:
        require_age(birth_date=birth_date, country=country, today=today)
    assert refusal.value.extra["minimum_age"] == (19 if country == "KR" else 18)
    return None


@pytest.mark.parametrize(
    ("country", "born_on", "day", "of_age"),
    [
        ("DE", date(2008, 12, 1), date(2026, 11, 30), False),
        ("DE", date(2008, 12, 1), date(2026, 12, 1), True),
        ("KR", date(2008, 12, 1), date(2026, 12, 1), False),
        ("KR", date(2008, 12, 1), date(2027, 12, 1), True),
        ("DE", date(2012, 2, 29), date(2030, 2, 28), False),
        ("DE", date(2012, 2, 29), date(2030, 3, 1), True),
    ],
)
def test_the_guardians_limits_fall_away_on_the_birthday(
    person: Callable[..., User], country: str, born_on: date, day: date, of_age: bool
) -> None:
    allow_guardians()
    allow_guardians(country="KR", account_age=19, buy_age=19, gift_age=19, cash_out_age=19)
    minor = person("mia", country=country, birth_date=born_on, totp_secret=None)
    consent(ask(minor))

    keep_ages(now=datetime.combine(day, datetime.min.time(), tzinfo=business_clock.now().tzinfo))

    guardianship = Guardianship.objects.get()
    assert guardianship.state == ("ended" if of_age else "active")
    assert Account.objects.get(holder=minor.ledger_id, code="coins").limits.count() == (0 if of_age else 3)


def test_coming_of_age_mails_both_and_lifts_what_the_guardian_stopped(
    guarded: Guardianship, clock: Clock
) -> None:
    services.revoke_consent(guardianship=guarded, now=business_clock.now(), origin=FROM)
    clock.advance(days=3 * 366)

    assert (keep_ages(now=business_clock.now()), keep_ages(now=business_clock.now())) == (1, 0)

    assert not is_frozen(guarded.minor)
    assert [record.kind for record in GuardianRecord.objects.all()] == ["ended", "revoked", "consented"]
    assert GuardianRecord.objects.first().budget == dict.fromkeys(("day", "week", "month", "gift"))  # type: ignore[union-attr]
    assert guarded.mails.filter(kind="ended").count() == 1
    assert OwedMail.objects.filter(user=guarded.minor, kind="consent/guardian_ended").count() == 1
    services.require_may_buy(user=guarded.minor, today=business_clock.today())


def test_who_never_had_a_guardian_is_thawed_on_the_birthday(minor: User, clock: Clock) -> None:
    clock.advance(days=3 * 366)
    assert keep_ages(now=business_clock.now()) == 1
    assert not is_frozen(minor)
    assert SpendingFreeze.objects.get().lifted_at is not None


def test_a_stricter_rule_freezes_the_young_and_only_them(
    operator: User, fan: User, person: Callable[..., User]
) -> None:
    young = person("yan", birth_date=born(19), totp_secret=None)
    set_rule(operator, "DE", gift_age=21, buy_age=21)

    assert keep_ages(now=business_clock.now()) == 1

    assert (is_frozen(young), is_frozen(fan)) == (True, False)
    assert SpendingFreeze.objects.get().reason == "age"
    with pytest.raises(AgeRequired) as refusal:
        services.require_may_buy(user=young, today=business_clock.today())
    assert refusal.value.extra["minimum_age"] == 21
    set_rule(operator, "DE", follows_default=True)
    keep_ages(now=business_clock.now())
    assert not is_frozen(young)


def test_a_new_birth_date_is_settled_at_once(fan: User) -> None:
    allow_guardians()
    fan.birth_date = born(14)
    fan.save()
    settle_age(user=fan, now=business_clock.now())
    assert is_frozen(fan)


def signed_up(client: Client, **changes: str) -> Any:
    facts = {name: value for name, value in NEW_PERSON.items() if name != "password"}
    return client.post(
        "/accounts/signup/", facts | {"password1": NEW_PERSON["password"], "terms": "on"} | changes
    )


def test_who_was_refused_for_age_cannot_pick_another_date_in_this_browser(
    client: Client, legal_documents: None
) -> None:
    signed_up(client, birth_date=born(12).isoformat())
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["max-age"]) == (True, 86_400)

    again = signed_up(client, email="other@example.com", birth_date="1990-01-01")
    assert "We cannot open an account" in client.get("/accounts/signup/").content.decode()
    assert "We cannot open an account" in again.content.decode()
    assert User.objects.count() == 0


def test_another_browser_with_the_same_address_is_refused_too(client: Client, legal_documents: None) -> None:
    signed_up(client, birth_date=born(12).isoformat())
    answer = signed_up(Client(), birth_date="1990-01-01")
    assert "We cannot open an account" in answer.content.decode()
    assert User.objects.count() == 0


def test_a_forged_or_old_note_closes_nothing(
    client: Client, legal_documents: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.cookies[COOKIE] = "1:forged:note"
    assert "Join the audience" in client.get("/accounts/signup/").content.decode()
    signed_up(client, birth_date=born(12).isoformat())
    monkeypatch.setattr(age_gate, "CLOSED_FOR_S", -1)
    assert "Join the audience" in client.get("/accounts/signup/").content.decode()


def test_a_minor_joins_where_guardians_are_allowed(client: Client, legal_documents: None) -> None:
    allow_guardians()
    answer = signed_up(client, birth_date=born(15).isoformat())
    assert answer.status_code == 302
    assert COOKIE not in client.cookies
    assert is_frozen(User.objects.get())


def test_looking_after_ages_reads_the_same_for_few_and_many(
    person: Callable[..., User], django_assert_num_queries: Any
) -> None:
    for many in (1, 9):
        for n in range(many):
            person(f"p{many}{n}", totp_secret=None, birth_date=born(18, days=n))
        with django_assert_num_queries(4):
            assert keep_ages(now=business_clock.now()) == 0
