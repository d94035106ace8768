"""Pages about guardians: the young person's, and the guardian's own, which need no account."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import guardian_pages, services
from accounts.client import origin_of
from accounts.guardian_budget import budget_of
from accounts.guardian_forms import AskForm, BudgetForm, ConsentForm, LinkForm, TokenForm
from accounts.models import GuardianRecord, Guardianship, User
from accounts.services.guardians import Promise
from ground import clock
from ground.errors import DomainError
from ledger import books
from ledger.selectors import allowances

SUGGESTED = {"day": 100, "week": 350, "month": 1_000, "gift": 100}
HISTORY = 20
SPENT = {"day": "Spent today", "week": "Spent this week", "month": "Spent this month"}


@login_required
@require_http_methods(["GET", "POST"])
def settings_guardian(request: HttpRequest) -> HttpResponse:
    """The young person's page: how it stands, whom they asked, what is allowed. POST asks somebody."""
    user, now = cast(User, request.user), clock.now()
    form = AskForm(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            services.ask_guardian(user=user, email=email, now=now, origin=origin_of(request), request=request)
        except DomainError as refusal:
            form.add_error("email", f"{refusal.message} {refusal.next_step}")
            status = refusal.status
        else:
            messages.success(request, f"We have written to {email}.")
            return redirect("accounts:settings-guardian")
    standing = services.guardian_standing(user, now)
    facts = {"section": "guardian", "standing": standing, "form": form} | _allowed(standing.guardianship)
    return render(request, "accounts/guardian_settings.html", facts, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def guardian(request: HttpRequest) -> HttpResponse:
    """Where a mail's link leads. Its token is behind the #, so that it is posted here and stands in no log."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opened = guardian_pages.open_token(request, form.cleaned_data["token"])
        guardian_pages.remember(request, opened)
        return redirect("accounts:guardian-consent" if opened.ask else "accounts:guardian-manage")
    facts = {"form": form, "link_form": LinkForm(auto_id="id_link_%s")}
    return render(request, "accounts/guardian.html", facts, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """Who asks, what it means, the budget. POST consents."""
    ask = guardian_pages.remembered_ask(request)
    form = ConsentForm(request.POST or None, initial=SUGGESTED)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        guardianship = services.give_consent(
            ask=ask,
            promise=Promise(said["name"], said["relation"], is_adult=said["is_adult"]),
            budget=form.budget(),
            now=clock.now(),
            origin=origin_of(request),
        )
        guardian_pages.remember(request, guardian_pages.Opened(guardianship=guardianship))
        messages.success(
            request, "Thank you. Your consent stands, and we have mailed you the link to this page."
        )
        return redirect("accounts:guardian-manage")
    facts = {"ask": ask, "minor": ask.minor, "form": form}
    return render(request, "accounts/guardian_consent.html", facts, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def manage(request: HttpRequest) -> HttpResponse:
    """What stands. POST changes the budget."""
    guardianship = guardian_pages.remembered_guardianship(request)
    form = BudgetForm(request.POST or None, initial=budget_of(guardianship).as_dict())
    if request.method == "POST" and form.is_valid():
        services.change_budget(
            guardianship=guardianship, budget=form.budget(), now=clock.now(), origin=origin_of(request)
        )
        messages.success(request, "Saved. The new budget holds from now on.")
        return redirect("accounts:guardian-manage")
    facts = {
        "guardianship": guardianship,
        "minor": guardianship.minor,
        "form": form,
        "records": guardianship.records.exclude(kind=GuardianRecord.Kind.LINK)[:HISTORY],
    }
    facts |= _allowed(guardianship)
    return render(request, "accounts/guardian_manage.html", facts, status=422 if form.errors else 200)


@never_cache
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Take the consent back."""
    guardianship = guardian_pages.remembered_guardianship(request)
    services.revoke_consent(guardianship=guardianship, now=clock.now(), origin=origin_of(request))
    messages.success(request, "Taken back. Nothing can be bought or given from now on.")
    return redirect("accounts:guardian-manage")


@never_cache
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Consent again."""
    guardianship = guardian_pages.remembered_guardianship(request)
    services.restore_consent(guardianship=guardianship, now=clock.now(), origin=origin_of(request))
    messages.success(request, "Your consent stands again, with the budget below.")
    return redirect("accounts:guardian-manage")


@require_POST
def new_link(request: HttpRequest) -> HttpResponse:
    """Mail a new link to a guardian. The answer is the same whether there is one."""
    form = LinkForm(request.POST)
    if form.is_valid():
        email = form.cleaned_data["email"]
        guardian_pages.count(request, "guardian:link", key=email.lower())
        services.reissue_links(email=email, now=clock.now(), origin=origin_of(request))
    return redirect("accounts:guardian-link-sent")


@require_GET
def link_sent(request: HttpRequest) -> HttpResponse:
    """Says what was said to everybody."""
    return render(request, "accounts/guardian_link_sent.html")


def _allowed(guardianship: Guardianship | None) -> dict[str, Any]:
    if guardianship is None:
        return {}
    holder = guardianship.minor.ledger_id
    return {
        "gift_most": budget_of(guardianship).gift,
        "allowances": [
            (SPENT[allowance.period], allowance)
            for allowance in allowances(holder=holder, code="coins", unit=books.COIN, now=clock.now())
        ],
    }
