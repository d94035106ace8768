"""A field that was left empty is answered by what to do: on every form, and in the headless API alike."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from allauth.headless.internal.restkit.inputs import Input
from django import forms
from django.test import Client

from accounts.form_words import Spoken
from tests.accounts.test_headless_journeys import Program

MODULES = (
    "accounts.forms", "accounts.guardian_forms", "accounts.key_forms", "accounts.page_forms",
    "accounts.profile_forms", "accounts.social_forms", "care.data_forms", "care.forms", "live.forms",
)  # fmt: skip
DJANGOS = "This field is required."


def our_forms() -> Iterator[type[forms.Form]]:
    for name in MODULES:
        for one in vars(import_module(name)).values():
            if isinstance(one, type) and issubclass(one, forms.Form) and one.__module__ == name:
                yield one


@pytest.mark.parametrize("form", [*our_forms()], ids=lambda form: form.__name__)
def test_every_form_of_ours_speaks(form: type[forms.Form]) -> None:
    assert issubclass(form, Spoken | Input)


@pytest.mark.django_db
def test_joining_says_what_to_do_on_the_page_and_in_the_api(client: Client, legal_documents: None) -> None:
    page = client.post("/accounts/signup/", {}).context["form"].errors
    said = {error["param"]: error["message"] for error in Program().post("auth/signup").json()["errors"]}

    assert {name: words for name, [words] in page.items()} == {
        "email": "Enter an email address or a mobile number.",
        "handle": "Enter a handle.",
        "password1": "Choose a password.",
        "country": "Choose the country you live in.",
        "birth_date": "Enter your birth date.",
        "terms": "Please accept the terms to open an account.",
    }
    assert said == {("password" if name == "password1" else name): words for name, [words] in page.items()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["auth/login", "auth/password/request", "auth/email/verify", "auth/signup", "auth/code/confirm"],
)
def test_the_headless_api_never_says_djangos_words(address: str, legal_documents: None) -> None:
    assert DJANGOS not in Program().post(address).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/guardian/"])
def test_pages_never_say_djangos_words(address: str, client: Client) -> None:
    page = client.post(address, {"token": ""}).content.decode()
    assert DJANGOS not in page
    assert "Enter " in page
