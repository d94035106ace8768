"""Pages: settings, legal documents, a person's public page."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import hooks, services
from accounts.countries import COUNTRIES
from accounts.forms import ProfileForm
from accounts.models import LegalDocument, User
from accounts.selectors import documents_in_force, documents_to_accept
from accounts.sessions import sessions_of
from accounts.sign_in_views import ways_in
from ground import clock


@login_required
@require_GET
def settings_menu(request: HttpRequest) -> HttpResponse:
    """The menu on a phone; on a desktop it stands beside each page."""
    return render(request, "accounts/settings.html", {"section": "menu"})


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name, bio, language, time zone; how one signs in; handle to read."""
    user = _person(request)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("accounts:account")
    facts: dict[str, Any] = {"form": form, "section": "account", "country": COUNTRIES.get(user.country, "–")}
    facts |= ways_in(request, user)
    return render(request, "accounts/account.html", facts)


@login_required
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Password, second factor, recovery codes and where the person is signed in."""
    user = _person(request)
    authenticators = {a.type: a.wrap() for a in Authenticator.objects.filter(user=user)}
    recovery = authenticators.get(Authenticator.Type.RECOVERY_CODES)
    facts: dict[str, Any] = {
        "section": "security",
        "totp": authenticators.get(Authenticator.Type.TOTP),
        "recovery_codes_left": len(recovery.get_unused_codes()) if recovery else None,
        "sessions": sessions_of(request, user),
    }
    return render(request, "accounts/security.html", facts)


class RecoveryCodesView(ViewRecoveryCodesView):  # type: ignore[misc]
    """allauth's page of recovery codes, with the codes as one text to copy."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return facts | {"codes_text": "\n".join(facts["unused_codes"])}


@login_required
@require_POST
def sign_out_others(request: HttpRequest) -> HttpResponse:
    """End every session of the person but this one."""
    end_other_sessions(request, _person(request))
    messages.success(request, "Signed out everywhere else.")
    return redirect("accounts:security")


@login_required
@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """What was accepted and when; POST accepts one document in the version shown."""
    user = _person(request)
    now = clock.now()
    if request.method == "POST":
        version = request.POST.get("version", "")
        services.accept_document(
            user=user,
            kind=request.POST.get("kind", ""),
            version=int(version) if version.isdecimal() else 0,
            now=now,
            ip=get_adapter().get_client_ip(request),
        )
        messages.success(request, "Accepted.")
        return redirect("accounts:terms")
    missing = {document.pk for document in documents_to_accept(user, list(LegalDocument.Kind), now)}
    accepted_at = dict(user.acceptances.values_list("document_id", "accepted_at"))
    documents = [
        {
            "document": document,
            "accepted_at": accepted_at.get(document.pk),
            "is_missing": document.pk in missing,
        }
        for document in documents_in_force(now)
    ]
    return render(request, "accounts/terms.html", {"documents": documents, "section": "terms"})


@require_GET
def legal_document(request: HttpRequest, kind: str) -> HttpResponse:
    """One legal document in force, for anybody."""
    document = LegalDocument.objects.in_force(clock.now()).filter(kind=kind).first()
    if document is None:
        raise Http404
    return render(
        request, "accounts/legal_document.html", {"document": document, "blocks": document.blocks()}
    )


@require_GET
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """A person's public page."""
    person = get_object_or_404(User, handle=handle.lower(), is_active=True)
    room_url = next((url for url in hooks.live_room_url.call_all(person) if url), None)
    return render(request, "accounts/profile.html", {"person": person, "room_url": room_url})


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
