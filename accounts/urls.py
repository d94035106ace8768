"""The pages of accounts that are not allauth's own."""

from django.urls import path
from django.views.generic import RedirectView

from accounts import sign_in_views, views

app_name = "accounts"

urlpatterns = [
    path("settings/", views.settings_menu, name="settings"),
    path("settings/account/", views.account, name="account"),
    path("accounts/reauthenticate/provider/", sign_in_views.sign_in_again, name="sign-in-again"),
    path("settings/account/phone/removal/", sign_in_views.remove_phone, name="remove-phone"),
    path("settings/account/connections/removal/", sign_in_views.disconnect, name="disconnect"),
    path("settings/security/", views.security, name="security"),
    path("settings/security/other-sessions/", views.sign_out_others, name="sign-out-others"),
    path("settings/terms/", views.terms, name="terms"),
    path("legal/<slug:kind>/", views.legal_document, name="legal-document"),
    path("@<str:handle>", views.profile, name="profile"),
    # allauth's own pages for these: one security page is enough, and its codes come as one text.
    path("accounts/2fa/", RedirectView.as_view(pattern_name="accounts:security")),
    path("accounts/3rdparty/", RedirectView.as_view(pattern_name="accounts:account")),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="accounts:security")),
    path("accounts/2fa/recovery-codes/", views.RecoveryCodesView.as_view()),
]
