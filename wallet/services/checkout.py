"""The payment page at the provider: opened once per order, also after the provider was silent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from provider import calls
from provider.alerts import raise_alert
from provider.client import stripe_client
from provider.errors import ProviderKeyTooOld, ProviderRefused, ProviderUnknown, RequestChanged
from wallet import taxes
from wallet.models import Order
from wallet.payments import EXPAND, Payment
from wallet.services.customers import customer_of, forget_customer
from wallet.services.steps import Kind, Source, advance, announce, locked, note, with_people
from wallet.states import PAYABLE_STATES, OrderState


def open_checkout(*, order_id: UUID, source: Source, now: datetime) -> Order:
    """This will ask the provider for the order's payment page, with the order's one stored key.

    A silent provider leaves the order waiting; a refusal cancels it and tells the operators. Opens its own
    transactions and must not run inside one.
    """
    order = with_people(Order.objects.all()).get(pk=order_id)
    try:
        session = _make_session(order, now)
    except ProviderKeyTooOld:
        return _end(order_id, OrderState.EXPIRED, source=source, now=now)
    except ProviderRefused as refusal:
        raise_alert(
            code="checkout_refused", key=str(order_id), message=f"The provider refused order {order_id}: {refusal}",
            provider_code=refusal.provider_code, param=refusal.param,
        )  # fmt: skip
        return _end(order_id, OrderState.CANCELLED, source=source, now=now, code="refused_by_provider")
    except (ProviderUnknown, RequestChanged):
        return _wait(order_id, source=source, now=now)
    return _keep(order_id, Payment.read(session), source=source, now=now)


def session_key(order: Order) -> str:
    """Our key of the call that makes the order's Checkout Session."""
    return f"order:{order.pk}:session"


def _make_session(order: Order, now: datetime) -> dict[str, Any]:
    customer_id = customer_of(user=order.user, now=now)
    try:
        return _ask_for_session(order, customer_id)
    except ProviderRefused as refusal:
        if refusal.param != "customer":
            raise
    forget_customer(
        user=order.user, customer_id=customer_id
    )  # somebody deleted it in the provider's dashboard
    return _ask_for_session(order, customer_of(user=order.user, now=now))


def _ask_for_session(order: Order, customer_id: str) -> dict[str, Any]:
    sessions = stripe_client().v1.checkout.sessions
    params = session_params(order, customer_id)
    try:
        return calls.call(
            key=session_key(order),
            purpose="checkout session",
            params=params,
            request=lambda options: sessions.create(params, options),  # type: ignore[arg-type]
            retrieve=lambda session_id: sessions.retrieve(session_id, {"expand": EXPAND}),
        )
    except (ProviderUnknown, RequestChanged) as error:
        # A second session harms nobody: only we would know the address of the first, and we do not.
        if isinstance(error, RequestChanged) or error.replayed:
            calls.renew(key=session_key(order))
        raise


def session_params(order: Order, customer_id: str) -> dict[str, Any]:
    """What is sold, from our own row; the same on every try."""
    page = settings.SITE_URL + reverse("wallet:order", args=[order.pk])
    landing = settings.SITE_URL + reverse("wallet:order-landing", args=[order.pk])
    return {
        "mode": "payment",
        "client_reference_id": str(order.pk),
        **_payer(order, customer_id),
        **taxes.what_is_sold(order),
        "metadata": {"order": str(order.pk)},
        "payment_intent_data": {
            "description": taxes.coins_words(order),
            "metadata": {"order": str(order.pk)},
        },
        "success_url": landing,
        "cancel_url": landing if order.return_to else page,  # the landing leads back to the room
    }


def _payer(order: Order, customer_id: str) -> dict[str, Any]:
    """Who pays: what they saved is offered, and they may save what they use now."""
    payer: dict[str, Any] = {
        "customer": customer_id,
        "saved_payment_method_options": {"payment_method_save": "enabled"},
    }
    if order.is_tax_automatic:
        payer["customer_update"] = {"address": "auto"}
    return payer


def _keep(order_id: UUID, payment: Payment, *, source: Source, now: datetime) -> Order:
    with transaction.atomic(durable=True):
        order = locked(order_id)
        if order.session_id is None:
            order.session_id = payment.session_id
        if order.session_id == payment.session_id and order.state in PAYABLE_STATES:
            order.checkout_url, order.expires_at = payment.url, payment.expires_at
            if order.state == OrderState.CREATED:
                advance(order, OrderState.AWAITING_PAYMENT, source=source, now=now)
            else:
                note(order, Kind.CHECKOUT_OPENED, source=source, now=now)
        order.save()
        announce(order)
    return order


def _wait(order_id: UUID, *, source: Source, now: datetime) -> Order:
    with transaction.atomic(durable=True):
        order = locked(order_id)
        if order.state == OrderState.CREATED:
            advance(order, OrderState.AWAITING_PAYMENT, source=source, now=now, kind=Kind.PROVIDER_SILENT)
            announce(order)
    return order


def _end(order_id: UUID, state: OrderState, *, source: Source, now: datetime, code: str = "") -> Order:
    with transaction.atomic(durable=True):
        order = locked(order_id)
        if order.state in PAYABLE_STATES:
            order.checkout_url = ""
            advance(order, state, source=source, now=now, code=code)
            announce(order)
    return order
