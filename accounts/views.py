"""Pages: settings, a person's public page."""

from typing import Any, cast

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import hooks, services
from accounts.countries import COUNTRIES
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.sessions import sessions_of


@login_required
@require_GET
def settings_menu(request: HttpRequest) -> HttpResponse:
    """The menu on a phone; on a desktop it stands beside each page."""
    return render(request, "accounts/settings.html", {"section": "menu"})


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name, bio, language, time zone; address and handle to read."""
    user = _person(request)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("accounts:account")
    facts = {"form": form, "section": "account", "country": COUNTRIES.get(user.country, "–")}
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


@require_GET
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """A person's public page."""
    person = get_object_or_404(User, handle=handle.lower(), is_active=True)
    room_url = next((url for url in hooks.live_room_url.call_all(person) if url), None)
    return render(request, "accounts/profile.html", {"person": person, "room_url": room_url})


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
