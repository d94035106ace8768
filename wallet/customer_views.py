"""The page of saved payment methods; they are kept, and managed, at the provider."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from ground import clock
from wallet.errors import PaymentMethodsUnavailable
from wallet.services import customers


@login_required
@require_http_methods(["GET", "POST"])
def payment_methods(request: HttpRequest) -> HttpResponse:
    """What one has saved. A POST leads to the provider's page, from which one comes back here."""
    person = cast(User, request.user)
    if request.method == "POST":
        try:
            address = customers.open_portal(user=person, now=clock.now())
        except PaymentMethodsUnavailable as refusal:
            messages.warning(request, f"{refusal.message} {refusal.next_step}")
            return redirect("wallet:payment-methods")
        return HttpResponse(status=303, headers={"Location": address})
    try:
        saved, silence = customers.saved_methods(user=person), None
    except PaymentMethodsUnavailable as refusal:
        saved, silence = [], refusal
    facts = {
        "section": "payment-methods",
        "saved": saved,
        "silence": silence,
        "is_back": "back" in request.GET,
    }
    return render(request, "wallet/payment_methods.html", facts)
