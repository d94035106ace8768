"""The pages of accounts that are not allauth's own."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("settings/", views.settings_menu, name="settings"),
    path("settings/account/", views.account, name="account"),
    path("settings/security/", views.security, name="security"),
    path("settings/security/other-sessions/", views.sign_out_others, name="sign-out-others"),
    path("settings/terms/", views.terms, name="terms"),
    path("legal/<slug:kind>/", views.legal_document, name="legal-document"),
    path("@<str:handle>", views.profile, name="profile"),
]
