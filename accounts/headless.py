"""allauth's headless views whose input is ours. config/urls names them before allauth's own."""

from typing import Any, cast

from allauth.headless.constants import Client
from allauth.headless.internal.restkit import inputs
from allauth.headless.internal.restkit.inputs import Input
from allauth.headless.internal.restkit.response import ErrorResponse
from allauth.headless.mfa import response, views
from allauth.headless.mfa.inputs import DeleteWebAuthnInput, UpdateWebAuthnInput
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.errors import KeyTaken, LastFactor
from accounts.forms import AuthenticateCodeForm, ReauthenticateCodeForm
from accounts.key_forms import (
    LONGEST_NAME,
    AddKeyForm,
    AuthenticateKeyForm,
    PasskeyLoginForm,
    ReauthenticateKeyForm,
)
from accounts.models import User
from accounts.services.factors import add_key, lock_factors, remove_factors
from ground.errors import DomainError


class AuthenticateCodeInput(AuthenticateCodeForm, Input):  # type: ignore[misc]
    pass


class ReauthenticateCodeInput(ReauthenticateCodeForm, Input):  # type: ignore[misc]
    pass


class AuthenticateKeyInput(AuthenticateKeyForm, Input):  # type: ignore[misc]
    pass


class ReauthenticateKeyInput(ReauthenticateKeyForm, Input):  # type: ignore[misc]
    pass


class PasskeyLoginInput(PasskeyLoginForm, Input):  # type: ignore[misc]
    pass


class AddKeyInput(AddKeyForm, Input):  # type: ignore[misc]
    pass


class RenameKeyInput(UpdateWebAuthnInput):  # type: ignore[misc]
    name = inputs.CharField(required=True, max_length=LONGEST_NAME)


class AuthenticateView(views.AuthenticateView):  # type: ignore[misc]
    input_class = AuthenticateCodeInput


class ReauthenticateView(views.ReauthenticateView):  # type: ignore[misc]
    input_class = ReauthenticateCodeInput


class AuthenticateKeyView(views.AuthenticateWebAuthnView):  # type: ignore[misc]
    input_class = {"POST": AuthenticateKeyInput}


class ReauthenticateKeyView(views.ReauthenticateWebAuthnView):  # type: ignore[misc]
    input_class = {"POST": ReauthenticateKeyInput}


class PasskeyLoginView(views.LoginWebAuthnView):  # type: ignore[misc]
    input_class = {"POST": PasskeyLoginInput}


class ManageAppView(views.ManageTOTPView):  # type: ignore[misc]
    """allauth's, but for the last factor, which some people keep."""

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        authenticator = self._get_authenticator()
        leaving = [authenticator] if authenticator else []
        try:
            remove_factors(user=_person(request), request=request, authenticators=leaving)
        except LastFactor as refusal:
            return _refused(request, refusal)
        return cast(HttpResponse, response.AuthenticatorDeletedResponse(request))


class ManageKeysView(views.ManageWebAuthnView):  # type: ignore[misc]
    """allauth's, but each key belongs to one account, and the last factor is kept by some people."""

    input_class = {"POST": AddKeyInput, "PUT": RenameKeyInput, "DELETE": DeleteWebAuthnInput}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        facts = {name: self.input.cleaned_data[name] for name in ("name", "credential")}
        try:
            key, made_codes = add_key(user=_person(request), request=request, **facts)
        except KeyTaken as refusal:
            return _refused(request, refusal)
        meta = {"recovery_codes_generated": made_codes}
        return cast(HttpResponse, response.AuthenticatorResponse(request, key, meta=meta))

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        leaving = self.input.cleaned_data["authenticators"]
        try:
            remove_factors(user=_person(request), request=request, authenticators=leaving)
        except LastFactor as refusal:
            return _refused(request, refusal)
        return cast(HttpResponse, response.AuthenticatorsDeletedResponse(request))


class ManageRecoveryCodesView(views.ManageRecoveryCodesView):  # type: ignore[misc]
    """allauth's, showing the codes once though two ask at the same time."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            lock_factors(_person(request))
            return cast(HttpResponse, super().get(request, *args, **kwargs))


def _refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """A refusal of ours in the shape of allauth's errors."""
    error = ValidationError(f"{refusal.message} {refusal.next_step}", code=refusal.code)
    return cast(HttpResponse, ErrorResponse(request, exception=error, status=refusal.status))


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


urlpatterns = [
    path(f"app/v1/{address}", view.as_api_view(client=Client.APP))
    for address, view in (
        ("auth/2fa/authenticate", AuthenticateView),
        ("auth/2fa/reauthenticate", ReauthenticateView),
        ("auth/webauthn/authenticate", AuthenticateKeyView),
        ("auth/webauthn/reauthenticate", ReauthenticateKeyView),
        ("auth/webauthn/login", PasskeyLoginView),
        ("account/authenticators/totp", ManageAppView),
        ("account/authenticators/webauthn", ManageKeysView),
        ("account/authenticators/recovery-codes", ManageRecoveryCodesView),
    )
]
