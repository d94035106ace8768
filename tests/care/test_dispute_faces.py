"""Who sees and does what about a dispute: the buyer, the creators, strangers, and the back office."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services.mail import send_owed_mails
from backoffice import defaults as backoffice_defaults
from care import dispute_errors as errors
from care.dispute_selectors import HeldDiamonds, held_diamonds_of
from care.models import Dispute, DisputeStep
from care.services import closing, dispute_answers
from gifts.models import Gift
from ground import clock as business_clock
from live.models import Room
from provider.client import stripe_client
from provider.errors import ProviderUnknown
from provider.models import ProviderCall
from tests.care.bank import Bank
from tests.care.conftest import Clerk
from tests.fixtures.stripe import FakeStripe
from tests.fixtures.wallet import Webhooks
from wallet import services

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]
Browser = Callable[..., Client]
Api = Callable[[User], APIClient]


@pytest.fixture
def bank(
    fakestripe: FakeStripe, webhooks: Webhooks, person: Callable[..., User], room: Room, rose: Gift
) -> Bank:
    return Bank(fakestripe, webhooks, person("ana", country="US", totp_secret=None), room, rose)


@pytest.fixture
def finance(clerk: Clerk) -> User:
    """Fay of the finance role."""
    return clerk(backoffice_defaults.FINANCE, "fay.books")


def page_of(case: Dispute) -> str:
    return f"/admin/care/dispute/{case.pk}/dispute/"


def test_the_buyer_reads_what_is_held_why_and_what_to_do(
    bank: Bank, page_as: Browser, as_user: Api, stranger: User
) -> None:
    order = bank.buy()
    bank.give(200)
    case = bank.disputed(order)
    text = page_as(bank.buyer).get(f"/orders/{order.pk}/").text
    assert "Your bank disputes this payment" in text
    assert "500 coins" in text
    answer = as_user(bank.buyer).get(f"/api/v1/disputes/{case.pk}/").json()
    assert (answer["order"], answer["status"], answer["coins_held"]) == (str(order.pk), "needs_response", 500)
    assert len(answer["next_steps"]) == 3
    assert case.provider_id not in str(answer)
    assert as_user(stranger).get(f"/api/v1/disputes/{case.pk}/").status_code == 404
    assert as_user(stranger).get("/api/v1/disputes/").json()["results"] == []
    bank.decided("lose")
    assert "You owe nothing" in page_as(bank.buyer).get(f"/orders/{order.pk}/").text


def test_buying_stops_while_a_dispute_is_open_and_spending_does_not(
    bank: Bank, page_as: Browser, as_user: Api
) -> None:
    disputed, _other = bank.buy(), bank.buy()
    bank.disputed(disputed)
    with pytest.raises(errors.BuyingStopped):
        bank.buy()
    refused = as_user(bank.buyer).post("/api/v1/orders/", {"package": "coins-700"}, format="json")
    assert (refused.status_code, refused.json()["code"], refused.json()["order"]) == (
        409,
        "dispute_open",
        str(disputed.pk),
    )
    text = page_as(bank.buyer).get("/balance/").text
    assert f"/orders/{disputed.pk}/" in text
    assert "until it has decided" in text
    assert bank.give(100).matures_on.toordinal() - business_clock.today().toordinal() == 21
    bank.decided("win")
    assert bank.buy().state == "credited"


def test_a_key_used_before_the_dispute_answers_its_order(bank: Bank) -> None:
    wish: dict[str, Any] = {"user": bank.buyer, "key": "mine", "package": "coins-700"}
    made = services.create_order(now=business_clock.now(), **wish)
    bank.disputed(bank.buy())
    assert services.create_order(now=business_clock.now(), **wish).pk == made.pk


def test_a_creator_sees_which_gifts_and_never_whose_payment(
    bank: Bank, page_as: Browser, as_user: Api, stranger: User
) -> None:
    bob = bank.room.creator
    order = bank.buy()
    sent = bank.give(200)
    bank.disputed(order)
    row = as_user(bob).get("/api/v1/disputed-gifts/").json()["results"][0]
    assert (row["gift"], row["diamond_units"], row["fate"]) == (sent.pk, 20_000, "held")
    assert "order" not in row
    assert as_user(bob).get("/api/v1/disputed-gifts/sums/").json()["held_units"] == 20_000
    page = page_as(bob).get("/studio/disputed-gifts/").text
    assert "200" in page
    assert str(order.pk) not in page
    assert "/studio/disputed-gifts/" in page_as(bob).get("/studio/").text
    assert as_user(stranger).get("/api/v1/disputed-gifts/").json()["results"] == []
    bank.decided("lose")
    assert held_diamonds_of(bob) == HeldDiamonds(0, 0, 20_000, 0)


@pytest.mark.parametrize("gifts", [2, 5])
def test_the_creators_list_costs_the_same_however_long(
    gifts: int, bank: Bank, page_as: Browser, django_assert_num_queries: Any
) -> None:
    order = bank.buy()
    for _ in range(gifts):
        bank.give(10)
    bank.disputed(order)
    browser = page_as(bank.room.creator)
    browser.get("/studio/disputed-gifts/")
    with django_assert_num_queries(QUERIES_OF_LIST):
        assert browser.get("/studio/disputed-gifts/").status_code == 200


def test_mails_say_what_happened_and_no_creator_learns_the_buyer(bank: Bank, mailoutbox: list[Any]) -> None:
    order = bank.buy()
    bank.give(200)
    bank.disputed(order)
    bank.decided("lose")
    send_owed_mails(now=business_clock.now())
    about = [mail for mail in mailoutbox if "bank" in mail.body]
    told = {(mail.to[0].split("@")[0], mail.subject) for mail in about}
    assert told == {
        ("ana", "Your bank disputes your payment of $8.95"),
        ("bob", "200 diamonds are set aside"),
        ("ana", "Your bank took your payment of $8.95 back"),
        ("bob", "200 diamonds were cancelled"),
    }
    to_bob = [mail for mail in mailoutbox if mail.to[0].startswith("bob")]
    for mail in to_bob:
        html = mail.alternatives[0][0]
        assert not any(
            word in mail.body + html for word in ("ana", "Ana", str(order.pk)[:8], bank.dispute_id)
        )


def test_an_open_dispute_hinders_closing_the_account(bank: Bank) -> None:
    order = bank.buy()
    bank.give(700)
    bank.disputed(order)
    assert "open_dispute" in [one.code for one in closing.hindrances_of(bank.buyer)]
    assert "diamonds_in_dispute" in [one.code for one in closing.hindrances_of(bank.room.creator)]


def test_the_queue_and_the_page_have_what_an_answer_needs(
    bank: Bank, finance: User, verified_page_as: Browser
) -> None:
    order = bank.buy()
    bank.give(200)
    case = bank.disputed(order)
    office = verified_page_as(finance)
    assert case.provider_id in office.get("/admin/care/dispute/?queue=answer").text
    page = office.get(page_of(case)).text
    for expected in (
        "Answer by",
        f"order:{order.pk}",
        "Send to the bank",
        "−$8.95",
        "500",
        "200",
        case.charge_id,
    ):
        assert expected in page, expected
    assert "virtual coins for $8.95" in page  # the draft
    assert "Disputes that wait for our answer" in office.get("/admin/").text


def test_evidence_is_sent_once_and_the_bank_has_it(
    bank: Bank, finance: User, verified_page_as: Browser
) -> None:
    case = bank.disputed(bank.buy())
    office, key = verified_page_as(finance), str(uuid4())
    for _ in range(2):
        form = {"action": "send", "body": "Delivered and used.", "key": key}
        assert office.post(page_of(case), form).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.submission_count) == ("under_review", 1)
    there = stripe_client().v1.disputes.retrieve(case.provider_id).to_dict()
    assert there["evidence"]["uncategorized_text"] == "Delivered and used."
    assert DisputeStep.objects.filter(kind="evidence_sent", actor=finance).count() == 1
    late = office.post(page_of(case), {"action": "send", "body": "More.", "key": "k2"})
    assert late.status_code == 409
    assert case.looks == 2


def test_accepting_asks_for_a_fresh_second_factor_and_loses_at_once(
    bank: Bank, finance: User, verified_page_as: Browser, page_as: Browser
) -> None:
    order = bank.buy()
    case = bank.disputed(order)
    address = f"/admin/care/dispute/{case.pk}/acceptance/"
    asked = verified_page_as(finance, age_s=400).post(address, {"reason": "Not ours to win"})
    assert "reauthenticate" in asked.headers["Location"]
    case.refresh_from_db()
    assert case.outcome == ""
    assert verified_page_as(finance).post(address, {"reason": "Not ours to win"}).status_code == 302
    assert verified_page_as(finance).post(address, {"reason": "Not ours to win"}).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.outcome, bank.coins()) == ("lost", "lost", 0)
    assert ProviderCall.objects.get(key=f"dispute:{case.provider_id}:close").attempts == 1
    bank.assert_money_agrees()


@pytest.mark.parametrize(
    ("role", "notes", "accepts"),
    [
        (backoffice_defaults.AUDITOR, False, False),
        (backoffice_defaults.SUPPORT, True, False),
        (backoffice_defaults.FINANCE, True, True),
    ],
)
def test_roles_do_what_is_theirs(bank: Bank, clerk: Clerk, role: str, notes: bool, accepts: bool) -> None:
    case, operator = bank.disputed(bank.buy()), clerk(role)
    facts: dict[str, Any] = {"dispute_id": case.pk, "operator": operator, "now": business_clock.now()}
    if notes:
        dispute_answers.note_dispute(body="Called them", key="k", **facts)
    else:
        with pytest.raises(errors.MayNotAnswerDispute):
            dispute_answers.note_dispute(body="Called them", key="k", **facts)
    if accepts:
        assert dispute_answers.accept_dispute(verified=True, reason="So be it", **facts).outcome == "lost"
    else:
        with pytest.raises(errors.MayNotAcceptDispute):
            dispute_answers.accept_dispute(verified=True, reason="So be it", **facts)
    assert case.steps.filter(kind="noted").count() == (1 if notes else 0)


def test_nobody_answers_a_dispute_of_their_own(bank: Bank, finance: User) -> None:
    case = bank.disputed(bank.buy())
    finance.groups.first().user_set.add(bank.buyer)  # type: ignore[union-attr]
    bank.buyer.is_staff = True
    bank.buyer.save()
    me = User.objects.get(pk=bank.buyer.pk)
    with pytest.raises(errors.OwnDispute):
        dispute_answers.accept_dispute(
            dispute_id=case.pk, operator=me, verified=True, reason="Mine", now=business_clock.now()
        )


@pytest.mark.parametrize("fault", [{"kind": "503", "count": 3}, {"kind": "done_but_answer_lost"}])
def test_evidence_reaches_the_bank_once_whatever_the_line_does(
    bank: Bank, finance: User, fault: dict[str, Any]
) -> None:
    case = bank.disputed(bank.buy())
    there = {"method": "POST", "path": f"/v1/disputes/{case.provider_id}"}
    bank.fakestripe.control("faults", there | fault)
    facts: dict[str, Any] = {
        "dispute_id": case.pk, "operator": finance, "text": "Delivered.", "is_final": True, "key": "k",
        "now": business_clock.now(),
    }  # fmt: skip
    with suppress(ProviderUnknown):
        dispute_answers.send_evidence(**facts)
    bank.look()  # a webhook is faster than the operator's second try
    assert dispute_answers.send_evidence(**facts).submission_count == 1


QUERIES_OF_LIST = 6
