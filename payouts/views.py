"""Pages: the studio, becoming a creator, cashing out, and where a cash-out is."""

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.step_up import recent_second_factor_required
from ground import clock
from ground.errors import DomainError, NotFound
from payouts import presenters, selectors
from payouts.addresses import onboarding_addresses
from payouts.forms import AmountForm, KeyForm
from payouts.models import Payout, PayoutQuote
from payouts.services import account as accounts_at_provider
from payouts.services.quote import quote_cash_out
from payouts.services.request import cancel_payout, request_payout
from provider.errors import ProviderError
from wallet import rates

PER_PAGE = 25


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


@login_required
@require_GET
def studio(request: HttpRequest) -> HttpResponse:
    """A creator's diamonds: what came in, what is pending until when, what can be cashed out."""
    user, now = _person(request), clock.now()
    if not user.is_creator:
        return redirect("payouts:begin")
    page = presenters.studio_page(user, now)
    return render(request, "payouts/studio.html", page)


@login_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Become a creator: what it needs, which of it is there already, and the button."""
    user, now = _person(request), clock.now()
    if user.is_creator:
        return redirect("payouts:studio")
    if request.method == "POST":
        accepted = request.POST.get("accept_terms") == "yes"
        accounts_at_provider.become_creator(user=user, accept_terms=accepted, now=now)
        messages.success(request, "You are a creator now. Connect a payout account when you like.")
        return redirect("payouts:studio")
    return render(request, "payouts/begin.html", presenters.begin_page(user, now))


@login_required
@require_POST
@recent_second_factor_required
def onboarding(request: HttpRequest) -> HttpResponse:
    """Open the payout account if there is none and go to the provider's page, where its bank is changed too."""
    url = accounts_at_provider.start_onboarding(
        user=_person(request), accept_terms=False, **onboarding_addresses(), now=clock.now()
    )
    return HttpResponseRedirect(url)


@login_required
@require_GET
@recent_second_factor_required
def onboarding_again(request: HttpRequest) -> HttpResponse:
    """The provider's link was old or used: a fresh one."""
    user = _person(request)
    url = accounts_at_provider.onboarding_again(user=user, **onboarding_addresses())
    return HttpResponseRedirect(url)


@login_required
@require_GET
def onboarding_done(request: HttpRequest) -> HttpResponse:
    """Back from the provider. That proves nothing: the account is read there anew, and the page says what it is."""
    account = selectors.account_in_use(_person(request))
    if account is None:
        return redirect("payouts:studio")
    is_fresh = True
    try:
        account = accounts_at_provider.refresh_account(account_id=account.pk, now=clock.now())
    except ProviderError:
        is_fresh = False
    facts = {"account": account, "is_fresh": is_fresh, "wants": presenters.requirement_words(account)}
    return render(request, "payouts/onboarding_done.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def cash_out(request: HttpRequest) -> HttpResponse:
    """Step 1: how much, in money or diamonds. A quote is made and shown on the next step."""
    user, now = _person(request), clock.now()
    if not user.is_creator:
        return redirect("payouts:begin")
    rate = rates.in_force(now)
    form = AmountForm(request.POST or None, diamond_value_micro=rate.diamond_value_micro)
    if request.method == "POST" and form.is_valid():
        try:
            quote = quote_cash_out(creator=user, diamond_units=form.diamond_units, now=now)
        except DomainError as refusal:
            form.add_error("amount", f"{refusal.message} {presenters.refusal_facts(refusal)}".strip())
        else:
            return redirect("payouts:confirm", quote.id)
    status = 422 if form.errors else 200
    return render(request, "payouts/cash_out.html", presenters.cash_out_page(user, form, now), status=status)


@login_required
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, quote_id: uuid.UUID) -> HttpResponse:
    """Steps 2 and 3: what it brings, then a code of the second factor, then it is requested."""
    quote = _quote(request, quote_id)
    if request.method == "POST":
        return _requested(request, quote_id=quote_id)
    payout = Payout.objects.filter(quote=quote).first()
    if payout is not None:
        return redirect("payouts:payout", payout.id)
    return render(
        request, "payouts/confirm.html", presenters.confirm_page(quote, str(uuid.uuid4()), clock.now())
    )


@recent_second_factor_required
def _requested(request: HttpRequest, quote_id: uuid.UUID) -> HttpResponse:
    form = KeyForm(request.POST)
    if not form.is_valid():
        return redirect("payouts:confirm", quote_id)
    payout = request_payout(
        creator=_person(request), quote_id=quote_id, key=form.cleaned_data["key"], now=clock.now()
    )
    return redirect("payouts:payout", payout.id)


@login_required
@require_GET
def payout_list(request: HttpRequest) -> HttpResponse:
    """All cash-outs, newest first."""
    page = Paginator(selectors.payouts_of(_person(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "payouts/payouts.html", {"page": page})


@login_required
@require_GET
def payout(request: HttpRequest, payout_id: uuid.UUID) -> HttpResponse:
    """Where one cash-out is, what happened, and what comes next."""
    return render(
        request, "payouts/payout.html", presenters.payout_page(_payout(request, payout_id), clock.now())
    )


@login_required
@require_POST
def cancel(request: HttpRequest, payout_id: uuid.UUID) -> HttpResponse:
    """Take a cash-out back before it is sent."""
    cancel_payout(creator=_person(request), payout_id=payout_id, now=clock.now())
    messages.success(request, "Cancelled. Your diamonds are available again.")
    return redirect("payouts:payout", payout_id)


def _payout(request: HttpRequest, payout_id: uuid.UUID) -> Payout:
    rows = selectors.payouts_of(_person(request)).select_related("account", "quote")
    found = rows.filter(id=payout_id).first()
    if found is None:
        raise NotFound
    return found


def _quote(request: HttpRequest, quote_id: uuid.UUID) -> PayoutQuote:
    found = (
        PayoutQuote.objects.select_related("creator").filter(id=quote_id, creator=_person(request)).first()
    )
    if found is None:
        raise NotFound
    return found
