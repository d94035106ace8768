"""A person's Customer at the provider: made on first need, so that what they saved there can be used again."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.models import User
from provider import calls
from provider.alerts import raise_alert
from provider.client import stripe_client
from provider.errors import (
    ProviderError,
    ProviderRefused,
    ProviderUnknown,
)
from wallet.errors import PaymentMethodsUnavailable
from wallet.models import ProviderCustomer

MOST_SHOWN = 20
NAMES = {
    "visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "american_express": "American Express",
    "paypal": "PayPal", "sepa_debit": "SEPA direct debit", "link": "Link",
}  # fmt: skip
GONE = "resource_missing"


@dataclass(frozen=True)
class SavedMethod:
    """One saved way to pay, as people know it."""

    kind: str  # card, paypal, sepa_debit …
    name: str  # Visa, PayPal
    last4: str
    expires: str  # 12/40; empty: never


def customer_of(*, user: User, now: datetime) -> str:
    """This will answer the id of the person's Customer, made now if there is none, with their name and address.

    Opens its own transactions and must not run inside one.

    Raises:
        ProviderUnknown: it may have been made; the next call asks with the same key.
        ProviderRefused: the provider does not want to.
    """
    row = _row(user, now)
    if row.customer_id is None:
        return _make(row, user)
    if row.told != _hash(_facts(user)):
        return _tell(row, row.customer_id, user)
    return row.customer_id


def forget_customer(*, user: User, customer_id: str) -> None:
    """This will let the next `customer_of` make another Customer: the provider does not know this one any more."""
    with transaction.atomic(durable=True):
        rows = ProviderCustomer.objects.filter(user=user, customer_id=customer_id)
        rows.update(customer_id=None, told="", generation=F("generation") + 1)


def saved_methods(*, user: User) -> list[SavedMethod]:
    """What the person has saved at the provider. Asks it, so no transaction may be open.

    Raises:
        PaymentMethodsUnavailable: it did not answer.
    """
    row = ProviderCustomer.objects.filter(user=user).exclude(customer_id=None).first()
    if row is None or row.customer_id is None:
        return []
    customer_id, methods = row.customer_id, stripe_client().v1.customers.payment_methods
    try:
        listed = calls.read(lambda: methods.list(customer_id, {"limit": MOST_SHOWN}))
    except ProviderRefused as refusal:
        if refusal.provider_code == GONE:
            return []
        raise PaymentMethodsUnavailable from refusal
    except ProviderUnknown as silence:
        raise PaymentMethodsUnavailable from silence
    return [_saved(method) for method in listed["data"]]


def open_portal(*, user: User, now: datetime) -> str:
    """This will answer the address of the provider's page where the person manages what they saved, good for minutes.

    Opens its own transactions and must not run inside one.

    Raises:
        PaymentMethodsUnavailable: the provider did not answer, or does not let us.
    """
    try:
        customer_id = customer_of(user=user, now=now)
        try:
            return _portal(user, customer_id)
        except ProviderRefused as refusal:
            if refusal.param != "customer":
                raise
            forget_customer(user=user, customer_id=customer_id)
            return _portal(user, customer_of(user=user, now=now))
    except ProviderError as error:
        if isinstance(error, ProviderRefused):  # its portal is not configured, or our key may not
            raise_alert(
                code="portal_refused",
                key="portal",
                message=f"The provider refuses its customer portal: {error}",
            )
        raise PaymentMethodsUnavailable from error


def _row(user: User, now: datetime) -> ProviderCustomer:
    with transaction.atomic(durable=True):
        ProviderCustomer.objects.bulk_create(
            [ProviderCustomer(user=user, made_at=now)], ignore_conflicts=True
        )
        return ProviderCustomer.objects.get(user=user)


def _make(row: ProviderCustomer, user: User) -> str:
    customers = stripe_client().v1.customers
    facts = _facts(user)
    made = calls.call_harmless(
        key=f"customer:{user.pk}:{row.generation}",
        purpose="customer",
        params=facts,
        request=lambda options: customers.create(facts, options),  # type: ignore[arg-type]
        retrieve=customers.retrieve,
    )
    customer_id = str(made["id"])
    with transaction.atomic(durable=True):
        unmade = ProviderCustomer.objects.filter(pk=row.pk, customer_id=None, generation=row.generation)
        unmade.update(customer_id=customer_id, told=_hash(facts))
    return customer_id


def _tell(row: ProviderCustomer, customer_id: str, user: User) -> str:
    """Tell the provider another name or address. That it does not hear is no reason to stop a payment."""
    customers, facts = stripe_client().v1.customers, _facts(user)
    with suppress(ProviderUnknown):
        try:
            calls.call_harmless(
                key=f"customer:{user.pk}:{row.generation}:change:{row.changes}",
                purpose="customer details",
                params=facts,
                request=lambda options: customers.update(customer_id, facts, options),  # type: ignore[arg-type]
                retrieve=customers.retrieve,
            )
        except ProviderRefused as refusal:
            if refusal.provider_code != GONE:
                raise
            forget_customer(user=user, customer_id=customer_id)
            return customer_of(user=user, now=row.made_at)
        with transaction.atomic(durable=True):
            untold = ProviderCustomer.objects.filter(pk=row.pk, changes=row.changes, customer_id=customer_id)
            untold.update(told=_hash(facts), changes=F("changes") + 1)
    return customer_id


def _portal(user: User, customer_id: str) -> str:
    sessions = stripe_client().v1.billing_portal.sessions
    params = {
        "customer": customer_id,
        "return_url": settings.SITE_URL + reverse("wallet:payment-methods") + "?back=1",
    }
    made = calls.call(
        key=f"portal:{user.pk}:{uuid4()}",  # one for each visit: its address cannot be read again
        purpose="customer portal",
        params=params,
        request=lambda options: sessions.create(params, options),  # type: ignore[arg-type]
        retrieve=_never_again,
    )
    return str(made["url"])


def _never_again(_: str) -> Any:
    raise AssertionError("a visit's key is used once")


def _facts(user: User) -> dict[str, Any]:
    """What the provider is told about a person: what its receipts and its portal show, and our opaque number."""
    facts: dict[str, Any] = {"name": user.name[:256], "metadata": {"person": str(user.ledger_id)}}
    return facts | ({"email": user.email} if user.email else {})


def _hash(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _saved(method: Mapping[str, Any]) -> SavedMethod:
    kind = str(method["type"])
    facts = method.get(kind) or {}
    brand = str(facts.get("display_brand") or facts.get("brand") or facts.get("bank_name") or kind)
    expires = f"{facts['exp_month']:02d}/{facts['exp_year'] % 100:02d}" if facts.get("exp_year") else ""
    return SavedMethod(
        kind, NAMES.get(brand, brand.replace("_", " ").title()), str(facts.get("last4") or ""), expires
    )
