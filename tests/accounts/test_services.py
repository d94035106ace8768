"""Age, consent, creators, sign-up: each service works, and each refusal changes nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from accounts import services
from accounts.errors import (
    AgeRequired,
    DocumentChanged,
    EmailTaken,
    HandleTaken,
    SecondFactorRequired,
    TermsRequired,
)
from accounts.models import Acceptance, LegalDocument, User
from ground import clock as business_clock
from ground.errors import NotFound
from ledger import books

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NEWCOMER: dict[str, Any] = {
    "email": "dora@example.com",
    "handle": "dora",
    "password": "a clap seen as sound",
    "country": "DE",
    "birth_date": date(2000, 1, 1),
    "now": NOW,
}


@pytest.mark.parametrize(
    ("birth_date", "day", "years"),
    [
        (date(2008, 11, 22), date(2026, 11, 22), 18),
        (date(2008, 11, 23), date(2026, 11, 22), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_age_is_counted_in_full_years(birth_date: date, day: date, years: int) -> None:
    assert services.age_on(birth_date, day) == years


@pytest.mark.parametrize(
    ("country", "birth_date"), [("DE", date(2008, 11, 23)), ("KR", date(2008, 11, 22)), ("DE", None)]
)
def test_who_is_too_young_is_refused(fan: User, country: str, birth_date: date | None) -> None:
    fan.country, fan.birth_date = country, birth_date
    with pytest.raises(AgeRequired) as refusal:
        services.require_adult(user=fan, today=NOW.date())
    assert refusal.value.extra["minimum_age"] == {"DE": 18, "KR": 19}[country]


def test_who_turns_eighteen_today_is_let_in(fan: User) -> None:
    fan.country, fan.birth_date = "DE", date(2008, 11, 22)
    services.require_adult(user=fan, today=NOW.date())


def test_signing_up_makes_the_person_their_consent_and_their_account(legal_documents: None) -> None:
    person = services.sign_up(**NEWCOMER, ip="192.0.2.7")
    assert (person.handle, person.email, person.is_creator) == ("dora", "dora@example.com", False)
    assert person.password.startswith("md5$")
    assert books.balances(person.ledger_id) == {("coins", "COIN"): 0}
    facts = Acceptance.objects.filter(user=person).values_list("document__kind", "accepted_at", "ip")
    assert sorted(facts) == [("privacy", NOW, "192.0.2.7"), ("terms", NOW, "192.0.2.7")]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"handle": "alice"}, HandleTaken),
        ({"handle": "ALICE"}, HandleTaken),
        ({"email": "Alice@example.com"}, EmailTaken),
        ({"birth_date": date(2010, 1, 1)}, AgeRequired),
    ],
)
def test_a_refused_sign_up_leaves_nothing(
    fan: User, change: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        services.sign_up(**(NEWCOMER | change))
    assert list(User.objects.all()) == [fan]


@pytest.mark.django_db(transaction=True)
def test_one_of_four_sign_ups_with_one_handle_stands(
    legal_documents: None, race: Callable[[int, Callable[[], Any]], list[Any]]
) -> None:
    addresses = iter([f"dora{n}@example.com" for n in range(4)])
    outcomes = race(4, lambda: services.sign_up(**(NEWCOMER | {"email": next(addresses)})))
    assert outcomes.count(HandleTaken) == 3
    assert User.objects.get() in outcomes


def test_a_whole_person_can_be_made_at_once(creator: User) -> None:
    assert EmailAddress.objects.filter(user=creator, verified=True, primary=True).exists()
    assert creator.is_creator
    services.require_second_factor(user=creator)
    services.require_current_terms(user=creator, kinds=list(LegalDocument.Kind), now=business_clock.now())


def test_a_missing_acceptance_is_named(person: Callable[..., User]) -> None:
    newcomer = person("dora", kinds=["terms"])
    with pytest.raises(TermsRequired) as refusal:
        services.require_current_terms(user=newcomer, kinds=["terms", "coins"], now=NOW)
    assert refusal.value.extra["documents"] == [
        {"kind": "coins", "version": 1, "title": "Coin terms", "url": "/legal/coins/"}
    ]


def test_a_new_version_asks_again_when_it_starts(fan: User) -> None:
    LegalDocument.objects.create(kind="coins", version=2, starts_at=NOW, title="Coin terms", body="New.")
    services.require_current_terms(user=fan, kinds=["coins"], now=NOW - timedelta(seconds=1))
    with pytest.raises(TermsRequired):
        services.require_current_terms(user=fan, kinds=["coins"], now=NOW)
    services.accept_terms(user=fan, kinds=["coins"], now=NOW)
    services.require_current_terms(user=fan, kinds=["coins"], now=NOW)


def test_only_the_version_in_force_can_be_accepted(person: Callable[..., User]) -> None:
    newcomer = person("dora", kinds=[])
    with pytest.raises(DocumentChanged) as refusal:
        services.accept_document(user=newcomer, kind="coins", version=2, now=NOW)
    assert refusal.value.extra["document"]["version"] == 1
    with pytest.raises(NotFound):
        services.accept_document(user=newcomer, kind="cookies", version=1, now=NOW)
    assert not newcomer.acceptances.exists()


def test_accepting_twice_keeps_the_first_record(person: Callable[..., User]) -> None:
    newcomer = person("dora", kinds=[])
    first = services.accept_document(user=newcomer, kind="coins", version=1, now=NOW)
    again = services.accept_document(user=newcomer, kind="coins", version=1, now=NOW + timedelta(days=1))
    assert (again.pk, again.accepted_at) == (first.pk, NOW)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_acceptance SET ip = NULL",
        "DELETE FROM accounts_acceptance",
    ],
)
def test_an_acceptance_is_never_changed(fan: User, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert fan.acceptances.count() == 4


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_empties_the_acceptances(
    fan: User, superuser_connection: psycopg.Connection
) -> None:
    with pytest.raises(psycopg.Error, match="append-only"):
        superuser_connection.execute("TRUNCATE accounts_acceptance")


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"totp_secret": None}, SecondFactorRequired),
        ({"kinds": ["terms"]}, TermsRequired),
    ],
)
def test_who_lacks_something_does_not_become_a_creator(
    person: Callable[..., User], facts: dict[str, Any], refusal: type[Exception]
) -> None:
    newcomer = person("dora", **facts)
    with pytest.raises(refusal):
        services.become_creator(user=newcomer, now=NOW)
    newcomer.refresh_from_db()
    assert newcomer.creator_since is None


def test_a_creator_stays_one_since_the_first_day(person: Callable[..., User]) -> None:
    newcomer = person("dora")
    services.become_creator(user=newcomer, now=NOW)
    services.become_creator(user=newcomer, now=NOW + timedelta(days=3))
    newcomer.refresh_from_db()
    assert newcomer.creator_since == NOW


def test_the_database_refuses_capitals_in_handle_and_address(fan: User) -> None:
    for change in ({"handle": "Alice2"}, {"email": "Alice2@example.com"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=fan.pk).update(**change)
