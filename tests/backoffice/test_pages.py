"""Every page of the back office, for an operator whose session is verified."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from backoffice import defaults
from ground import clock as business_clock

REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
MONEY = ("ledger", "payouts", "provider", "djstripe", "backoffice")
MAY_ADD = {"payouts.CashOutTerms"}  # a new version; a version that stands is never changed


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_a_list_loads_with_its_search(
    model: type[Model], operator: User, installed: None, verified_page_as: Callable[..., Client]
) -> None:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    browser = verified_page_as(operator)
    assert browser.get(address).status_code == 200
    assert browser.get(address, {"q": "123"}).status_code == 200


@pytest.mark.parametrize(
    "model",
    [model for model in REGISTERED if model._meta.app_label in MONEY],
    ids=lambda model: model._meta.label,
)
def test_money_is_looked_at_and_not_edited(model: type[Model], operator: User) -> None:
    request = RequestFactory().get("/")
    request.user = operator
    page = admin.site._registry[model]
    may = [
        page.has_add_permission(request),
        page.has_change_permission(request),
        page.has_delete_permission(request),
    ]
    assert may == [model._meta.label in MAY_ADD, False, False]


def test_the_providers_secret_key_has_no_page() -> None:
    labels = {model._meta.label for model in admin.site._registry}
    assert "djstripe.APIKey" not in labels
    assert len([label for label in labels if label.startswith("djstripe.")]) == 11


def test_roles_are_installed_once_and_keep_what_was_added(installed: None, operator: User) -> None:
    Group.objects.get(name=defaults.AUDITOR).permissions.clear()
    defaults.install(business_clock.now())
    defaults.install(business_clock.now())
    finance, auditor = Group.objects.get(name=defaults.FINANCE), Group.objects.get(name=defaults.AUDITOR)
    assert finance.permissions.filter(codename="decide_payout").exists()
    assert not auditor.permissions.exclude(codename__startswith="view_").exists()
    assert auditor.permissions.filter(codename="view_payout").exists()


@pytest.mark.parametrize(("role", "seen"), [("Support", 0), ("Finance", 11), ("Auditor", 11)])
def test_the_mirror_is_for_those_who_read_money_and_its_secret_key_for_nobody(
    role: str, seen: int, installed: None
) -> None:
    readable = Group.objects.get(name=role).permissions.filter(content_type__app_label="djstripe")
    assert readable.count() == readable.filter(codename__startswith="view_").count() == seen
    assert not readable.filter(codename="view_apikey").exists()
