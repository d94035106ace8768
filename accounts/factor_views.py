"""Pages of the second factor: signing in with it, proving oneself again, keys, recovery codes."""

import json
from typing import Any, cast
from urllib.parse import quote

from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as base_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import DeactivateTOTPView
from allauth.mfa.webauthn import views as key_views
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from accounts.errors import KeyTaken
from accounts.key_forms import ReauthenticateKeyForm
from accounts.models import User
from accounts.selectors import factors_of, must_keep_a_factor
from accounts.services.factors import add_key, lock_factors, remove_factors
from accounts.trusted import trust

SECURITY = reverse_lazy("accounts:security")
TYPES = Authenticator.Type


class AuthenticatePage(base_views.AuthenticateView):  # type: ignore[misc]
    """The second step of signing in: a code or a key, and whether to trust this browser."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        user = self.stage.login.user
        answer = cast(HttpResponse, super().form_valid(form))
        used = getattr(form, "authenticator", None) or form.cleaned_data["credential"]
        # A recovery code is for the one time the phone is away; a found one must not open the door for a month.
        if self.request.POST.get("trust") == "on" and used.type != TYPES.RECOVERY_CODES:
            trust(self.request, user, answer)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs) | factor_kinds(self.stage.login.user)
        options = json.dumps(facts["js_data"]["request_options"])
        return facts | {"options_json": options, "trust_days": settings.TRUSTED_BROWSER_DAYS}


class ReauthenticatePage(base_views.ReauthenticateView):  # type: ignore[misc]
    """Proving oneself again inside a session, by a code or a key."""

    def get_form_class(self) -> type[forms.Form]:
        if self.request.method == "POST" and "credential" in self.request.POST:
            return ReauthenticateKeyForm
        return cast(type[forms.Form], super().get_form_class())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs) | factor_kinds(
            cast(User, self.request.user)
        )
        if facts["has_keys"]:
            facts["options_json"] = json.dumps(webauthn.begin_authentication(self.request.user))
        if isinstance(facts["form"], ReauthenticateKeyForm):
            code_form = base_views.ReauthenticateView.get_form_class(self)
            facts |= {"form": code_form(user=self.request.user), "refused": facts["form"].errors}
        return facts


class PasskeyLoginPage(key_views.LoginWebAuthnView):  # type: ignore[misc]
    """Signing in by passkey alone, on the way to where the person was going."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        key = form.cleaned_data["credential"]
        login = Login(user=key.user, redirect_url=get_next_redirect_url(self.request))
        return cast(HttpResponse, perform_passwordless_login(self.request, key, login))


class AddKeyPage(key_views.AddWebAuthnView):  # type: ignore[misc]
    """A new passkey or security key."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        options = json.dumps(facts["js_data"]["creation_options"])
        return facts | {"options_json": options, "needs_a_name": _address_with_a_name(self.request)}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        user = cast(User, self.request.user)
        facts = {"name": form.cleaned_data["name"], "credential": form.cleaned_data["credential"]}
        try:
            _, made_codes = add_key(user=user, request=self.request, **facts)
        except KeyTaken as refusal:
            form.add_error(None, forms.ValidationError(refusal.message, code=refusal.code))
            return cast(HttpResponse, self.form_invalid(form))
        return HttpResponseRedirect(reverse("mfa_view_recovery_codes") if made_codes else str(SECURITY))


class RenameKeyPage(key_views.EditWebAuthnView):  # type: ignore[misc]
    """Another name for a key of one's own."""

    success_url = SECURITY


class RemoveKeyPage(key_views.RemoveWebAuthnView):  # type: ignore[misc]
    """Taking a key of one's own away."""

    success_url = SECURITY

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return facts | last_factor(cast(User, self.request.user))

    def form_valid(self, form: forms.Form) -> HttpResponse:
        remove_factors(
            user=cast(User, self.request.user), request=self.request, authenticators=[self.get_object()]
        )
        return HttpResponseRedirect(self.get_success_url())


class RemoveAppPage(DeactivateTOTPView):  # type: ignore[misc]
    """Switching the authenticator app off."""

    success_url = SECURITY

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return facts | last_factor(cast(User, self.request.user))

    def form_valid(self, form: forms.Form) -> HttpResponse:
        user = cast(User, self.request.user)
        remove_factors(user=user, request=self.request, authenticators=[self.authenticator])
        return HttpResponseRedirect(self.get_success_url())


@method_decorator(never_cache, name="dispatch")
class RecoveryCodesPage(ViewRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes, shown once, as one text to copy, download or print."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))
        with transaction.atomic():  # two tabs at once: one of them shows the codes
            lock_factors(request.user)
            answer = cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))
            return answer.render() if isinstance(answer, TemplateResponse) else answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        text = render_to_string("mfa/recovery_codes/download.txt", facts | {"user": self.request.user})
        # A link that holds its own file: it downloads without a script, and no address shows the codes again.
        download = f"data:text/plain;charset=utf-8,{quote(text)}"
        return facts | {"codes_text": "\n".join(facts["unused_codes"]), "download": download}


@method_decorator(never_cache, name="dispatch")
class RecoveryCodesFile(DownloadRecoveryCodesView):  # type: ignore[misc]
    """The same as a file, and as strictly once. allauth's uses the one time up before it looks at the method."""

    http_method_names = ("get",)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "GET":
            return cast(HttpResponseBase, self.http_method_not_allowed(request))
        if not request.user.is_authenticated:
            return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))
        with transaction.atomic():  # two tabs at once: one of them gets the codes
            lock_factors(request.user)
            answer = cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))
            return answer.render() if isinstance(answer, TemplateResponse) else answer


def factor_kinds(user: User) -> dict[str, bool]:
    """What this person can be asked for."""
    kinds = set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    return {
        "has_app": TYPES.TOTP in kinds,
        "has_keys": TYPES.WEBAUTHN in kinds,
        "has_recovery_codes": TYPES.RECOVERY_CODES in kinds,
        "takes_codes": bool(kinds & {TYPES.TOTP, TYPES.RECOVERY_CODES}),
    }


def last_factor(user: User) -> dict[str, bool]:
    """Whether one factor is left, and whether it must stay."""
    is_last = factors_of(user).count() == 1
    return {"is_last_factor": is_last, "is_last_factor_kept": is_last and must_keep_a_factor(user)}


def _address_with_a_name(request: HttpRequest) -> str:
    """Where a demo on this machine is reached by a name, if it is asked for by a number: keys need a name."""
    host, _, port = request.get_host().partition(":")
    return f"http://localhost:{port}{request.path}" if host == "127.0.0.1" and not settings.PRODUCTION else ""
