"""allauth's headless views whose input is ours. config/urls names them before allauth's own."""

from typing import Any, cast

from allauth.headless.account import inputs as account_inputs
from allauth.headless.account import views as account_views
from allauth.headless.account.response import PhoneNumbersResponse
from allauth.headless.base.response import AuthenticationResponse
from allauth.headless.constants import Client
from allauth.headless.internal.restkit import inputs
from allauth.headless.internal.restkit.inputs import Input
from allauth.headless.internal.restkit.response import ErrorResponse
from allauth.headless.mfa import response, views
from allauth.headless.mfa.inputs import DeleteWebAuthnInput, UpdateWebAuthnInput
from allauth.headless.socialaccount import inputs as social_inputs
from allauth.headless.socialaccount import views as social_views
from allauth.headless.socialaccount.response import SocialAccountsResponse
from allauth.headless.usersessions import views as session_views
from allauth.headless.usersessions.response import SessionsResponse
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from accounts.errors import KeyTaken, LastFactor
from accounts.forms import (
    AuthenticateCodeForm,
    EitherAddress,
    ReauthenticateCodeForm,
    ResetAddress,
    SocialFields,
)
from accounts.key_forms import (
    LONGEST_NAME,
    AddKeyForm,
    AuthenticateKeyForm,
    PasskeyLoginForm,
    ReauthenticateKeyForm,
)
from accounts.models import User
from accounts.services.factors import add_key, lock_factors, remove_factors
from accounts.sessions import open_sessions
from accounts.sign_in_views import give_up_phone
from ground import clock
from ground.errors import DomainError

KEY_HEADER = "X-Password-Reset-Key"


class AuthenticateCodeInput(AuthenticateCodeForm, Input):  # type: ignore[misc]
    pass


class ReauthenticateCodeInput(ReauthenticateCodeForm, Input):  # type: ignore[misc]
    pass


class SignUpInput(EitherAddress, account_inputs.SignupInput):  # type: ignore[misc]
    pass


class SocialSignUpInput(SocialFields, social_inputs.SignupInput):  # type: ignore[misc]
    pass


class ResetInput(ResetAddress, account_inputs.RequestPasswordResetInput):  # type: ignore[misc]
    """`email` or `phone`."""

    def __init__(self, data: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(data={"email": data.get("email") or data.get("phone")}, **kwargs)


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


class SignUpView(account_views.SignupView):  # type: ignore[misc]
    input_class = SignUpInput


class ResetRequestView(account_views.RequestPasswordResetView):  # type: ignore[misc]
    input_class = ResetInput


class NewPasswordInput(account_inputs.ResetPasswordInput):  # type: ignore[misc]
    """allauth's says what is wrong with the password only where there is a person, and so who is one."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data if "key" in self.errors else super().clean()
        return cleaned


class NewPasswordView(account_views.ResetPasswordView):  # type: ignore[misc]
    input_class = NewPasswordInput

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whether the code is right. allauth's counts the wrong ones only where there is a person."""
        if self.process.user is None:
            self.process.record_invalid_attempt()
            guess = account_inputs.ResetPasswordKeyInput(
                {"key": request.headers.get(KEY_HEADER, "")}, code=""
            )
            guess.is_valid()
            return cast(HttpResponse, ErrorResponse(request, input=guess))
        return cast(HttpResponse, super().get(request, *args, **kwargs))


class PhoneView(account_views.ManagePhoneView):  # type: ignore[misc]
    """allauth's GET (read) and POST (add or change, by code), and DELETE (remove)."""

    input_class = {"POST": account_inputs.ChangePhoneInput}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "DELETE" and not request.user.is_authenticated:
            return cast(HttpResponseBase, AuthenticationResponse(request))
        return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))

    def delete(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        give_up_phone(request)
        return cast(HttpResponse, PhoneNumbersResponse(request, []))


class SocialSignUpView(social_views.ProviderSignupView):  # type: ignore[misc]
    input_class = SocialSignUpInput


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


class ProvidersView(social_views.ManageProvidersView):  # type: ignore[misc]
    """allauth's, but the applications are read once for all accounts, and one whose provider was switched off since
    does not hide the others (Settings, Account shows it)."""

    @classmethod
    def respond_provider_accounts(cls, request: HttpRequest) -> SocialAccountsResponse:
        configured = {one.sub_id: one for one in get_social_adapter().list_providers(request)}
        mine = SocialAccount.objects.filter(user=_person(request), provider__in=configured)
        accounts = list(mine.order_by("pk"))
        for account in accounts:
            account._provider = configured[account.provider]
        return SocialAccountsResponse(request, accounts)


class SessionsView(session_views.SessionsView):  # type: ignore[misc]
    """allauth's, but one reading tells which sessions are still open; it asks about each."""

    def _respond_session_list(self) -> SessionsResponse:
        return SessionsResponse(self.request, open_sessions(_person(self.request), clock.wall()))


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
        ("auth/signup", SignUpView),
        ("auth/password/request", ResetRequestView),
        ("auth/password/reset", NewPasswordView),
        ("auth/provider/signup", SocialSignUpView),
        ("account/phone", PhoneView),
        ("auth/webauthn/authenticate", AuthenticateKeyView),
        ("auth/webauthn/reauthenticate", ReauthenticateKeyView),
        ("auth/webauthn/login", PasskeyLoginView),
        ("account/authenticators/totp", ManageAppView),
        ("account/authenticators/webauthn", ManageKeysView),
        ("account/authenticators/recovery-codes", ManageRecoveryCodesView),
        ("account/providers", ProvidersView),
        ("auth/sessions", SessionsView),
    )
]
