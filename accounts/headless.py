"""allauth's headless views whose input is ours. config/urls names them before allauth's own."""

from typing import Any, cast

from allauth.headless.account import inputs as account_inputs
from allauth.headless.account import views as account_views
from allauth.headless.account.response import PhoneNumbersResponse
from allauth.headless.base.response import AuthenticationResponse
from allauth.headless.constants import Client
from allauth.headless.internal.restkit.inputs import Input
from allauth.headless.internal.restkit.response import ErrorResponse
from allauth.headless.mfa import views
from allauth.headless.socialaccount import inputs as social_inputs
from allauth.headless.socialaccount import views as social_views
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from accounts.forms import (
    AuthenticateCodeForm,
    EitherAddress,
    ReauthenticateCodeForm,
    ResetAddress,
    SocialFields,
)
from accounts.sign_in_views import give_up_phone

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


urlpatterns = [
    path("app/v1/auth/2fa/authenticate", AuthenticateView.as_api_view(client=Client.APP)),
    path("app/v1/auth/2fa/reauthenticate", ReauthenticateView.as_api_view(client=Client.APP)),
    path("app/v1/auth/signup", SignUpView.as_api_view(client=Client.APP)),
    path("app/v1/auth/password/request", ResetRequestView.as_api_view(client=Client.APP)),
    path("app/v1/account/phone", PhoneView.as_api_view(client=Client.APP)),
    path("app/v1/auth/password/reset", NewPasswordView.as_api_view(client=Client.APP)),
    path("app/v1/auth/provider/signup", SocialSignUpView.as_api_view(client=Client.APP)),
]
