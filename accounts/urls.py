"""The pages of accounts that are not allauth's own."""

from django.urls import path
from django.views.generic import RedirectView

from accounts import consent_views, guardian_views, views

app_name = "accounts"

urlpatterns = [
    path("settings/", views.settings_menu, name="settings"),
    path("settings/account/", views.account, name="account"),
    path("settings/security/", views.security, name="security"),
    path("settings/security/other-sessions/", views.sign_out_others, name="sign-out-others"),
    path("settings/terms/", consent_views.terms, name="terms"),
    path("settings/terms/accept/", consent_views.accept, name="accept"),
    path("settings/guardian/", guardian_views.settings_guardian, name="settings-guardian"),
    path("legal/<slug:kind>/", consent_views.legal_document, name="legal-document"),
    path("legal/<slug:kind>/<int:version>/", consent_views.legal_document, name="legal-version"),
    path("legal/<slug:kind>/<int:version>/changes/", consent_views.legal_changes, name="legal-changes"),
    path("guardian/", guardian_views.guardian, name="guardian"),
    path("guardian/consent/", guardian_views.consent, name="guardian-consent"),
    path("guardian/manage/", guardian_views.manage, name="guardian-manage"),
    path("guardian/manage/revocation/", guardian_views.revoke, name="guardian-revoke"),
    path("guardian/manage/restoration/", guardian_views.restore, name="guardian-restore"),
    path("guardian/link/", guardian_views.new_link, name="guardian-link"),
    path("guardian/link/sent/", guardian_views.link_sent, name="guardian-link-sent"),
    path("@<str:handle>", views.profile, name="profile"),
    # allauth's own pages for these: one security page is enough, and its codes come as one text.
    path("accounts/2fa/", RedirectView.as_view(pattern_name="accounts:security")),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="accounts:security")),
    path("accounts/2fa/recovery-codes/", views.RecoveryCodesView.as_view()),
]
