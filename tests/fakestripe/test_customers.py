"""Cards that a customer keeps: saved at checkout, offered again, managed in the portal."""

from typing import Any

import httpx
import pytest
import stripe
from stripe._v1_services import V1Services

from tests.fakestripe.conftest import Fake, web
from tests.fakestripe.journeys import RETURN, choose, event_types, new_session, pay, retrieved

SAVING: Any = {"payment_method_save": "enabled"}
NEW_CARD = {"card_number": "5555555555554444", "exp": "12/34", "cvc": "123", "name": "Ada"}


def new_customer(api: V1Services) -> str:
    return api.customers.create({"email": "fan@example.com"}).id


def kept(api: V1Services, customer: str) -> list[str]:
    """Answer the last digits of the cards the customer keeps, the newest first."""
    listed = api.customers.payment_methods.list(customer, {"type": "card"}).data
    return [method.card.last4 for method in listed if method.card]


def open_portal(api: V1Services, customer: str) -> str:
    return api.billing_portal.sessions.create({"customer": customer, "return_url": RETURN}).url


def press(portal: str, do: str, **typed: str) -> httpx.Response:
    return web.post(portal, data={"do": do} | typed)


def add_card(api: V1Services, customer: str, number: str = "4242424242424242") -> str:
    press(open_portal(api, customer), "add", **NEW_CARD | {"card_number": number})
    return api.payment_methods.list({"customer": customer}).data[0].id


def test_a_card_is_kept_when_the_buyer_ticks_the_box_and_offered_on_the_next_page(
    fake: Fake, api: V1Services
) -> None:
    customer = new_customer(api)
    pay(new_session(api, customer=customer, saved_payment_method_options=SAVING), save="1")
    assert kept(api, customer) == ["4242"]
    again = new_session(api, customer=customer)
    page = web.get(str(again.url)).text
    (method,) = api.payment_methods.list({"customer": customer}).data
    assert ("Visa ending in 4242" in page, f'value="{method.id}" checked' in page) == (True, True)
    assert choose(again, method.id).headers["location"].endswith(again.id)
    intent: Any = retrieved(api, again).payment_intent
    assert (intent.payment_method, fake.balance()) == (method.id, (0, 2 * 941))


def test_a_card_is_not_kept_when_nobody_asked(api: V1Services) -> None:
    customer = new_customer(api)
    pay(new_session(api, customer=customer, saved_payment_method_options=SAVING))
    pay(new_session(api, customer=customer), save="1")
    assert kept(api, customer) == []


def test_the_platform_may_keep_a_card_that_the_page_does_not_offer_again(api: V1Services) -> None:
    customer = new_customer(api)
    pay(new_session(api, customer=customer, payment_intent_data={"setup_future_usage": "off_session"}))
    assert kept(api, customer) == ["4242"]
    assert "ending in 4242" not in web.get(str(new_session(api, customer=customer).url)).text
    assert "payment_method.attached" in event_types(api)


def test_a_card_is_kept_only_once_it_has_paid(api: V1Services) -> None:
    customer = new_customer(api)
    session = new_session(api, customer=customer, saved_payment_method_options=SAVING)
    challenge = pay(session, "4000002500003155", save="1").headers["location"]
    assert kept(api, customer) == []
    web.post(challenge, data={"outcome": "approve"})
    assert kept(api, customer) == ["3155"]


def test_a_card_of_somebody_else_is_refused(fake: Fake, api: V1Services) -> None:
    method = add_card(api, new_customer(api))
    session = new_session(api, customer=new_customer(api))
    assert choose(session, method).status_code == 402
    assert fake.balance() == (0, 0)


def test_a_customer_is_made_at_the_end_when_asked_for(api: V1Services) -> None:
    session = new_session(api, customer_creation="always", saved_payment_method_options=SAVING)
    pay(session, save="1")
    customer = retrieved(api, session).customer
    assert isinstance(customer, str)
    assert (api.customers.retrieve(customer).email, kept(api, customer)) == ("fan@example.com", ["4242"])


def test_the_buyer_removes_a_kept_card_on_the_page_where_that_is_allowed(api: V1Services) -> None:
    customer = new_customer(api)
    method = add_card(api, customer)
    removing: Any = {"payment_method_remove": "enabled"}
    page = web.post(
        str(new_session(api, customer=customer, saved_payment_method_options=removing).url),
        data={"remove": method},
    )
    assert (page.status_code, "ending in 4242" in page.text, kept(api, customer)) == (200, False, [])


def test_the_portal_adds_prefers_and_removes_cards(api: V1Services) -> None:
    customer = new_customer(api)
    old, new = add_card(api, customer), add_card(api, customer, "5555555555554444")
    portal = open_portal(api, customer)
    assert "Visa ending in 4242" in web.get(portal).text
    assert press(portal, f"default:{old}").status_code == 303
    settings: Any = api.customers.retrieve(customer).invoice_settings
    assert settings.default_payment_method == old
    press(portal, f"remove:{old}")
    settings = api.customers.retrieve(customer).invoice_settings
    assert (settings.default_payment_method, kept(api, customer)) == (None, ["4444"])
    assert api.payment_methods.retrieve(old).customer is None
    assert api.payment_methods.retrieve(new).customer == customer


def test_the_portal_leads_back_and_has_one_form(api: V1Services) -> None:
    page = web.get(open_portal(api, new_customer(api))).text
    assert (page.count("<form"), f'href="{RETURN}"' in page, "<script" in page) == (1, True, False)


def test_the_default_card_is_offered_first(api: V1Services) -> None:
    customer = new_customer(api)
    old = add_card(api, customer)
    add_card(api, customer, "5555555555554444")
    api.customers.update(customer, {"invoice_settings": {"default_payment_method": old}})
    assert f'value="{old}" checked' in web.get(str(new_session(api, customer=customer).url)).text


@pytest.mark.parametrize(
    ("number", "words"),
    [("4000000000000002", "Your card was declined."), ("4242424242424241", "number is incorrect")],
)
def test_the_portal_refuses_a_card_with_the_reason(api: V1Services, number: str, words: str) -> None:
    customer = new_customer(api)
    refused = press(open_portal(api, customer), "add", **NEW_CARD | {"card_number": number})
    assert (refused.status_code, words in refused.text, kept(api, customer)) == (402, True, [])


def test_the_portal_does_not_touch_the_cards_of_others(api: V1Services) -> None:
    alice, method = new_customer(api), add_card(api, bob := new_customer(api))
    press(open_portal(api, alice), f"remove:{method}")
    assert kept(api, bob) == ["4242"]


def test_the_portal_closes_after_an_hour(fake: Fake, api: V1Services) -> None:
    portal = open_portal(api, new_customer(api))
    fake.advance(seconds=3_700)
    assert web.get(portal).status_code == 410
    assert web.get(f"{fake.url}/p/session/test_nobody").status_code == 404


def test_a_portal_needs_a_customer_and_an_address_to_go_back_to(api: V1Services) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        api.billing_portal.sessions.create({"customer": "cus_nobody"})
    with pytest.raises(stripe.InvalidRequestError, match="URL"):
        api.billing_portal.sessions.create(
            {"customer": new_customer(api), "return_url": "javascript:alert(1)"}
        )


def test_methods_are_attached_and_detached_by_the_api(api: V1Services) -> None:
    customer = new_customer(api)
    method = api.payment_methods.attach("pm_card_visa", {"customer": customer})
    assert (method.customer, kept(api, customer)) == (customer, ["4242"])
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        api.payment_methods.attach(method.id, {"customer": new_customer(api)})
    assert api.payment_methods.detach(method.id).customer is None
    with pytest.raises(stripe.InvalidRequestError, match="not attached"):
        api.payment_methods.detach(method.id)
    with pytest.raises(stripe.InvalidRequestError):
        api.customers.payment_methods.retrieve(customer, method.id)


def test_a_deleted_customer_keeps_nothing(api: V1Services) -> None:
    customer = new_customer(api)
    method = add_card(api, customer)
    api.customers.delete(customer)
    assert api.payment_methods.retrieve(method).customer is None
