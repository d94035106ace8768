"""Pages: giving coins back, and what a storefront promises about it."""

from typing import cast
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from ground import clock
from ground.errors import DomainError
from look.money import money
from wallet import refund_pages, refund_rules, selectors, services
from wallet.models import Order
from wallet.refund_rules import Offer
from wallet.refund_states import UNDONE
from wallet.views import order_address, order_of_request


class CoinsForm(forms.Form):
    """How many coins; none: all that are left."""

    coins = forms.IntegerField(min_value=1, max_value=2_000_000_000, required=False)


class ConfirmForm(CoinsForm):
    """`key` was made with the page, so that a double click is one refund."""

    key = forms.UUIDField(widget=forms.HiddenInput)


@login_required
@require_http_methods(["GET", "POST"])
def refund(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """What giving coins back brings, before anything is confirmed. A POST does it."""
    order = order_of_request(request, order_id)
    if request.method == "GET":
        form = CoinsForm(request.GET)
        return _show(request, order, form.cleaned_data["coins"] if form.is_valid() else None)
    confirmed = ConfirmForm(request.POST)
    if not confirmed.is_valid():
        return _show(request, order, None, status=400)
    coins = confirmed.cleaned_data["coins"]
    try:
        made = services.ask_refund(
            order=order, coins=coins, asked_by=cast(User, request.user), reason="",
            key=f"page:{confirmed.cleaned_data['key']}", now=clock.now(),
        )  # fmt: skip
    except DomainError as refusal:
        return _show(request, order, coins, refusal=refusal, status=refusal.status)
    amount = money(made.amount_minor, made.currency)
    if made.state in UNDONE:
        messages.warning(
            request, f"The payment provider did not take the refund of {amount}. Your coins are back."
        )
    else:
        messages.success(request, f"{amount} is on its way back to you.")
    return redirect(order_address(order))


@require_GET
def policy(request: HttpRequest) -> HttpResponse:
    """The refund policy of where one buys; for who is signed out, of the default storefront."""
    person = request.user if isinstance(request.user, User) else User(country="")
    text = refund_pages.policy_for(selectors.storefront_for(person))
    return render(request, "wallet/refund_policy.html", {"policy": text})


def _show(
    request: HttpRequest,
    order: Order,
    coins: int | None,
    *,
    refusal: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    offer: Offer | None = None
    try:
        offer = services.quote_refund(
            order=order, coins=coins, asked_by=cast(User, request.user), now=clock.now()
        )
    except DomainError as error:
        refusal = refusal or error
    facts = {
        "order": order,
        "offer": offer,
        "refusal": refusal,
        "policy": refund_rules.policy_of(order),
        "key": uuid4(),
    }
    return render(request, "wallet/refund.html", facts, status=status)
