"""Legal documents: drafted, announced, in force, replaced; who is asked, who is told, and what stays for ever."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import selectors, services
from accounts.client import Origin
from accounts.consent_tasks import announce_documents
from accounts.errors import DocumentChanged, TermsRequired
from accounts.guardian_errors import AlreadyTold, IncompleteDraft, InvalidStart, NotADraft
from accounts.models import Acceptance, Announcement, LegalDocument, OwedMail, User
from accounts.services import documents
from events import log
from ground import clock as business_clock
from ground.errors import NotFound
from tests.fixtures.time import Clock

pytestmark = pytest.mark.django_db(transaction=True)
FROM = Origin("192.0.2.7", "A browser")


def draft(operator: User, kind: str = "coins", **text: str | bool) -> LegalDocument:
    """The next version of a kind, complete."""
    given = {"title": "Coin terms", "body": "## One\n\nNew words.", "summary": "Coins last longer."}
    return services.draft_document(operator=operator, kind=kind, **(given | text))


def schedule(operator: User, document: LegalDocument, *, days: int = 10) -> datetime:
    """Give it a start that many days ahead."""
    starts_at = business_clock.now() + timedelta(days=days)
    services.schedule_document(
        operator=operator, document_id=document.pk, starts_at=starts_at, now=business_clock.now()
    )
    return starts_at


def test_a_draft_is_the_next_version_and_is_written_again_not_twice(operator: User) -> None:
    first = draft(operator)
    again = draft(operator, title="Terms of coins")

    assert (first.pk, again.version, again.title) == (again.pk, 2, "Terms of coins")
    assert LegalDocument.objects.in_force(business_clock.now()).get(kind="coins").version == 1


def test_two_operators_who_begin_a_draft_at_once_write_one(
    operator: User, race: Callable[..., list[object]]
) -> None:
    answers = race(4, lambda: draft(operator).pk)

    assert len(set(answers)) == 1
    assert LegalDocument.objects.filter(kind="coins").count() == 2


def test_a_scheduled_version_comes_into_force_by_the_clock(operator: User, fan: User, clock: Clock) -> None:
    schedule(operator, draft(operator))
    now = business_clock.now()
    services.require_current_terms(user=fan, kinds=["coins"], now=now)

    clock.advance(days=11)

    with pytest.raises(TermsRequired) as refusal:
        services.require_current_terms(user=fan, kinds=["coins"], now=business_clock.now())
    assert [one["version"] for one in refusal.value.extra["documents"]] == [2]
    assert refusal.value.extra["page"] == "/settings/terms/accept/?kinds=coins"


@pytest.mark.parametrize("days", [0, -1])
def test_no_version_starts_in_the_past(operator: User, days: int) -> None:
    document = draft(operator)
    with pytest.raises(InvalidStart):
        schedule(operator, document, days=days)
    assert LegalDocument.objects.get(pk=document.pk).starts_at is None


def test_a_version_starts_after_the_one_before_it(operator: User) -> None:
    schedule(operator, draft(operator), days=10)
    third = draft(operator)
    with pytest.raises(InvalidStart):
        schedule(operator, third, days=9)
    schedule(operator, third, days=11)


def test_nothing_is_announced_without_a_summary(operator: User) -> None:
    document = draft(operator, summary=" ")
    with pytest.raises(IncompleteDraft):
        schedule(operator, document)
    assert not Announcement.objects.exists()


def test_a_document_that_is_announced_is_scheduled_once(operator: User) -> None:
    document = draft(operator)
    schedule(operator, document)
    with pytest.raises(NotADraft):
        schedule(operator, document, days=20)
    with pytest.raises(NotADraft):
        services.discard_draft(document_id=document.pk)


def test_a_draft_is_thrown_away_and_its_number_is_free(operator: User) -> None:
    services.discard_draft(document_id=draft(operator).pk)
    assert draft(operator).version == 2
    with pytest.raises(NotFound):
        services.discard_draft(document_id=0)


def test_an_announcement_is_taken_back_until_somebody_accepted(operator: User, fan: User) -> None:
    document = draft(operator)
    schedule(operator, document)
    services.withdraw_document(document_id=document.pk, now=business_clock.now())
    assert not Announcement.objects.exists()

    schedule(operator, document)
    services.accept_document(user=fan, kind="coins", version=2, now=business_clock.now())
    with pytest.raises(AlreadyTold):
        services.withdraw_document(document_id=document.pk, now=business_clock.now())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_legaldocument SET body = 'other' WHERE version = 1",
        "UPDATE accounts_legaldocument SET starts_at = NULL WHERE version = 1",
        "DELETE FROM accounts_legaldocument WHERE version = 1",
        "UPDATE accounts_legaldocument SET body = 'other' WHERE version = 2",
        "UPDATE accounts_agerule SET account_age = 13",
        "DELETE FROM accounts_agerule",
    ],
)
def test_the_database_keeps_what_started_and_what_was_announced(operator: User, statement: str) -> None:
    schedule(operator, draft(operator))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert LegalDocument.objects.get(kind="coins", version=1).body.startswith("What you buy")


def test_everybody_is_told_once_in_bounded_steps(
    operator: User, fan: User, creator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MAILS_AT_ONCE", 2)
    User.objects.filter(pk=creator.pk).update(is_active=False)
    schedule(operator, draft(operator))

    announce_documents()
    announce_documents()

    told = OwedMail.objects.filter(kind="consent/announced").values_list("user__handle", flat=True)
    assert sorted(told) == ["alice", "olga"]
    assert Announcement.objects.get().told == 2
    assert Announcement.objects.get().finished_at is not None


def test_a_version_that_asks_for_nothing_counts_as_accepted_for_those_who_accepted_before(
    operator: User, fan: User, person: Callable[..., User], clock: Clock
) -> None:
    newcomer = person("dora", kinds=["terms"])
    schedule(operator, draft(operator, needs_acceptance=False))
    announce_documents()
    clock.advance(days=11)
    now = business_clock.now()

    services.require_current_terms(user=fan, kinds=["coins"], now=now)
    told = Acceptance.objects.get(user=fan, document__kind="coins", document__version=2)
    assert (told.how, told.ip) == ("told", None)
    with pytest.raises(TermsRequired):
        services.require_current_terms(user=newcomer, kinds=["coins"], now=now)


def test_who_accepts_while_a_silent_version_is_announced_is_told_of_it_with_it(
    operator: User, person: Callable[..., User]
) -> None:
    schedule(operator, draft(operator, needs_acceptance=False))
    newcomer = person("dora")
    rows = Acceptance.objects.filter(user=newcomer, document__kind="coins")
    assert sorted(rows.values_list("document__version", "how")) == [(1, "accepted"), (2, "told")]


def test_several_documents_are_accepted_at_once_or_not_at_all(fan: User, person: Callable[..., User]) -> None:
    newcomer = person("dora", kinds=[])
    with pytest.raises(DocumentChanged):
        services.accept_documents(
            user=newcomer, versions={"terms": 1, "coins": 7}, now=business_clock.now(), origin=FROM
        )
    assert not newcomer.acceptances.exists()

    services.accept_documents(
        user=newcomer, versions={"terms": 1, "coins": 1}, now=business_clock.now(), origin=FROM
    )
    services.accept_documents(
        user=newcomer, versions={"terms": 1}, now=business_clock.now(), origin=Origin("192.0.2.8")
    )

    facts = sorted(newcomer.acceptances.values_list("document__kind", "ip", "user_agent"))
    assert facts == [("coins", "192.0.2.7", "A browser"), ("terms", "192.0.2.7", "A browser")]
    events = [event for event in log.since(f"user:{newcomer.pk}", 0, 10) if event.type == "consent.accepted"]
    assert len(events) == 1


def test_an_announced_version_is_accepted_ahead(operator: User, fan: User, clock: Clock) -> None:
    schedule(operator, draft(operator))
    assert [d.version for d in selectors.coming_for(fan, business_clock.now())] == [2]
    services.accept_document(user=fan, kind="coins", version=2, now=business_clock.now())
    assert selectors.coming_for(fan, business_clock.now()) == []
    clock.advance(days=11)
    services.require_current_terms(user=fan, kinds=["coins"], now=business_clock.now())


def test_a_draft_cannot_be_accepted(operator: User, fan: User) -> None:
    draft(operator)
    with pytest.raises(DocumentChanged):
        services.accept_document(user=fan, kind="coins", version=2, now=business_clock.now())
