"""allauth's headless views whose input is ours. config/urls names them before allauth's own."""

from allauth.headless.constants import Client
from allauth.headless.internal.restkit.inputs import Input
from allauth.headless.mfa import views
from django.urls import path

from accounts.forms import AuthenticateCodeForm, ReauthenticateCodeForm


class AuthenticateCodeInput(AuthenticateCodeForm, Input):  # type: ignore[misc]
    pass


class ReauthenticateCodeInput(ReauthenticateCodeForm, Input):  # type: ignore[misc]
    pass


class AuthenticateView(views.AuthenticateView):  # type: ignore[misc]
    input_class = AuthenticateCodeInput


class ReauthenticateView(views.ReauthenticateView):  # type: ignore[misc]
    input_class = ReauthenticateCodeInput


urlpatterns = [
    path("app/v1/auth/2fa/authenticate", AuthenticateView.as_api_view(client=Client.APP)),
    path("app/v1/auth/2fa/reauthenticate", ReauthenticateView.as_api_view(client=Client.APP)),
]
