"""The dashboard's buttons: what a person lets banks, issuers and buyers do."""

import re
from html import unescape

import pytest
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import TOKEN, Fake, web
from tests.fakestripe.journeys import paid_charge

FORM = re.compile(r'<form method="post" action="/do">(.*?)<button class="quiet">(.*?)</button></form>')
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def press(fake: Fake, label: str) -> None:
    """Press the first button of that name on the page, as a person would."""
    cookie = {"Cookie": f"fakestripe_token={TOKEN}", "Origin": fake.url}
    page = web.get(f"{fake.url}/", headers=cookie)
    for fields, shown in FORM.findall(page.text):
        if unescape(shown) == label:
            answer = web.post(f"{fake.url}/do", data=dict(FIELD.findall(fields)), headers=cookie)
            assert (answer.status_code, answer.headers.get("location")) == (303, "/"), answer.text
            return
    raise AssertionError(f"no button {label!r}")


@pytest.mark.parametrize(
    ("labels", "status"),
    [
        (["Fraud"], "needs_response"),
        (["Not received", "Won"], "won"),
        (["Not received", "Won, fee back"], "won"),
        (["Fraud", "Lost"], "lost"),
        (["Inquiry", "Closed"], "warning_closed"),
        (["Inquiry", "Becomes a chargeback"], "needs_response"),
        (["Prevented: blocked"], "prevented"),
        (["Prevented: resolved"], "prevented"),
    ],
)
def test_each_way_of_a_dispute_has_a_button(
    fake: Fake, api: V1Services, labels: list[str], status: str
) -> None:
    charge = paid_charge(api)
    for label in labels:
        press(fake, label)
    (dispute,) = api.disputes.list({"charge": charge.id}).data
    assert dispute.status == status


def test_a_fraud_warning_has_a_button(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api)
    press(fake, "Fraud warning")
    assert [one.charge for one in api.radar.early_fraud_warnings.list().data] == [charge.id]


@pytest.mark.parametrize(
    ("number", "label", "status"),
    [("4000000000007726", "Arrives", "succeeded"), ("4242424242424242", "Fails", "failed")],
)
def test_refunds_are_made_and_decided_by_buttons(
    fake: Fake, api: V1Services, number: str, label: str, status: str
) -> None:
    paid_charge(api, number=number)
    press(fake, "Refund the rest")
    press(fake, label)
    assert [one.status for one in api.refunds.list().data] == [status]


def test_a_button_that_does_not_go_says_why(fake: Fake, api: V1Services) -> None:
    charge = paid_charge(api)
    press(fake, "Fraud")
    cookie = {"Cookie": f"fakestripe_token={TOKEN}", "Origin": fake.url}
    again = {"do": "dispute", "action": "open", "kind": "fraudulent", "charge": charge.id}
    answer = web.post(f"{fake.url}/do", data=again, headers=cookie)
    assert (answer.status_code, "has the dispute" in answer.text) == (400, True)
