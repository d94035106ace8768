"""Receipts: a number without gaps, the same words on page, PDF, mail and API; only for whom they are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from ground import clock as business_clock
from tests.fixtures.races import run_race
from tests.wallet.conftest import buy
from tests.wallet.refunds_stage import allow_withdrawal, ask
from tests.wallet.refunds_stage import bought as credited
from wallet import receipt_pdf, selectors
from wallet.models import Order, Receipt, ReceiptSeries, Storefront
from wallet.receipts import facts_of
from wallet.services.receipts import issue_receipt, receipt_of, send_receipt

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("economy", "fakestripe")]
SELLER = {"seller_name": "Stage GmbH", "seller_address": "Bühnenweg 1\n10115 Berlin", "seller_tax_id": "DE1"}


@pytest.fixture
def bought(fan: User) -> Order:
    """Alice, in Germany, bought 700 coins for €9.85, of which €1.57 is tax."""
    Storefront.objects.filter(code="euro").update(**SELLER)
    return credited(fan)


def issue(order: Order) -> Receipt:
    return issue_receipt(order=order, now=business_clock.now())


def test_the_page_says_who_sold_to_whom_with_which_tax(
    bought: Order, page_as: Callable[[User], Client]
) -> None:
    shown = " ".join(page_as(bought.user).get(f"/orders/{bought.pk}/receipt/").content.decode().split())
    assert "EURO-0000001" in shown
    assert "Stage GmbH<br>Bühnenweg 1<br>10115 Berlin<br>Germany<br>Tax number DE1" in shown
    assert "<dt>700 coins, before tax</dt><dd>€8.28</dd>" in shown
    assert "<dt>VAT 19%</dt><dd>€1.57</dd>" in shown
    assert "<dt>Total paid</dt><dd>€9.85</dd>" in shown


def test_the_api_tells_the_same_in_numbers(bought: Order, as_user: Callable[[User], APIClient]) -> None:
    answer = as_user(bought.user).get(f"/api/v1/orders/{bought.pk}/receipt/").json()
    assert (answer["number"], answer["seller_country"], answer["buyer_country"]) == (
        "EURO-0000001",
        "DE",
        "DE",
    )
    assert [(line["kind"], line["amount_minor"]) for line in answer["lines"]] == [
        ("net", 828),
        ("tax", 157),
        ("total", 985),
    ]


@pytest.mark.parametrize("path", ["/orders/{}/receipt.pdf", "/api/v1/orders/{}/receipt.pdf"])
def test_the_file_is_a_pdf_under_its_number(
    bought: Order, page_as: Callable[[User], Client], path: str
) -> None:
    answer = page_as(bought.user).get(path.format(bought.pk))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="receipt-EURO-0000001.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert answer.content == page_as(bought.user).get(path.format(bought.pk)).content


@pytest.mark.parametrize("name", ["Żofia Kovács", "#evil() $x$ *b* \\ `c` @d <e>", "雪", ""])
def test_no_name_is_markup_of_the_file(bought: Order, name: str) -> None:
    bought.user.display_name = name
    facts = facts_of(bought, issue(bought))
    assert receipt_pdf.drawn(facts).startswith(b"%PDF-")


def test_what_went_back_is_on_the_receipt(fan: User) -> None:
    allow_withdrawal()
    order = credited(fan)
    ask(order, 100)
    _, facts = receipt_of(fan, order.pk, now=business_clock.now())
    lines = [(line.kind, line.amount) for line in facts.lines]
    assert lines[2:] == [("total", "€9.85"), ("refund", "−€1.40"), ("left", "€8.45")]
    assert facts.lines[3].words.endswith("(100 coins)")
    assert receipt_pdf.drawn(facts).startswith(b"%PDF-")


def test_an_order_without_tax_has_one_line(american: User, fund: Callable[[User, int], Order]) -> None:
    order = fund(american, 100)
    _, facts = receipt_of(american, order.pk, now=business_clock.now())
    assert [(line.kind, line.words, line.amount) for line in facts.lines] == [("total", "100 coins", "$1.29")]
    assert facts.code == "US-0000001"


def test_the_mail_carries_lines_and_file_once(
    bought: Order, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    mailoutbox.clear()
    Order.objects.update(receipt_sent_at=None)
    assert [send_receipt(order_id=bought.pk), send_receipt(order_id=bought.pk)] == [True, False]
    (mail,) = mailoutbox
    ((html, _),) = [tuple(one) for one in mail.alternatives]
    for words in ("EURO-0000001", "VAT 19%", "€1.57", "€9.85"):
        assert words in mail.body
        assert words in str(html)
    name, content, kind = tuple(mail.attachments[0])
    assert (name, kind) == ("receipt-EURO-0000001.pdf", "application/pdf")
    assert bytes(content).startswith(b"%PDF-")


def test_numbers_have_no_gap_when_many_are_issued_at_once(
    american: User, fund: Callable[[User, int], Order]
) -> None:
    orders = [fund(american, 100) for _ in range(12)]
    waiting = iter([*orders, *orders])
    asked = [next(waiting) for _ in range(24)]
    outcomes = run_race(24, lambda: issue(asked.pop()))
    assert len({receipt.pk for receipt in outcomes}) == 12
    assert sorted(Receipt.objects.values_list("number", flat=True)) == list(range(1, 13))
    assert ReceiptSeries.objects.get().last_number == 12
    assert selectors.receipts_without_gaps() == []


def test_a_number_that_was_rolled_back_is_given_again(
    american: User, fund: Callable[[User, int], Order]
) -> None:
    first, second = fund(american, 100), fund(american, 100)
    with transaction.atomic():
        issue(first)
        transaction.set_rollback(True)
    assert (issue(second).number, issue(first).number, issue(second).number) == (1, 2, 1)


def test_a_missing_receipt_is_found(bought: Order) -> None:
    issue(bought)
    ReceiptSeries.objects.update(last_number=2)
    assert selectors.receipts_without_gaps() == ["receipts of euro: 1 up to number 1, the last given is 2"]
    ReceiptSeries.objects.update(last_number=1)


def test_a_receipt_keeps_its_seller_and_is_never_edited(bought: Order) -> None:
    receipt = issue(bought)
    Storefront.objects.filter(code="euro").update(seller_name="Another Ltd")
    assert facts_of(bought, Receipt.objects.get()).seller[0] == "Stage GmbH"
    for statement in ("UPDATE wallet_receipt SET number = 9", "DELETE FROM wallet_receipt"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert issue(bought) == receipt


PATHS = ["/orders/{}/receipt/", "/orders/{}/receipt.pdf", "/api/v1/orders/{}/receipt/",
         "/api/v1/orders/{}/receipt.pdf"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_receipt_is_its_buyers_and_there_once_coins_are(
    bought: Order, stranger: User, fan: User, page_as: Callable[[User], Client], client: Any, path: str
) -> None:
    assert client.get(path.format(bought.pk)).status_code in (302, 401, 403)
    assert page_as(stranger).get(path.format(bought.pk)).status_code == 404
    assert page_as(fan).get(path.format(bought.pk)).status_code == 200
    assert page_as(fan).get(path.format(buy(fan).pk)).status_code == 404
    assert Receipt.objects.count() == 1
