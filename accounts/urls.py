"""The pages of accounts that are not allauth's own."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts import (
    activity_views,
    consent_views,
    factor_views,
    guardian_views,
    notification_views,
    password_views,
    profile_views,
    sign_in_views,
    social_urls,
    trust_views,
    views,
)

app_name = "accounts"

urlpatterns = [
    path("settings/", views.settings_menu, name="settings"),
    path("settings/account/", profile_views.account, name="account"),
    path("settings/account/avatar/", profile_views.avatar, name="avatar"),
    path("settings/account/avatar/removal/", profile_views.remove_avatar, name="remove-avatar"),
    path("settings/account/handle/", profile_views.handle, name="handle"),
    path("accounts/reauthenticate/provider/", sign_in_views.sign_in_again, name="sign-in-again"),
    path("settings/account/phone/removal/", sign_in_views.remove_phone, name="remove-phone"),
    path("settings/account/connections/removal/", sign_in_views.disconnect, name="disconnect"),
    path("settings/security/", views.security, name="security"),
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
    path("settings/activity/", activity_views.activity, name="activity"),
    path("settings/activity/sessions/<int:session_id>/", activity_views.end_session, name="end-session"),
    path("settings/activity/other-sessions/", activity_views.end_other_sessions, name="end-other-sessions"),
    path("settings/activity/anti-phishing-phrase/", activity_views.set_phrase, name="anti-phishing-phrase"),
    path("settings/security/trusted-browsers/", trust_views.distrust_all, name="distrust-browsers"),
    path("settings/security/trusted-browsers/<int:pk>/", trust_views.distrust_one, name="distrust-browser"),
    path("settings/notifications/", notification_views.notifications, name="notifications"),
    path("unsubscribe/<str:token>/", notification_views.unsubscribe, name="unsubscribe"),
    path("@<str:handle>", profile_views.profile, name="profile"),
    path("@<str:handle>/card.png", profile_views.card, name="profile-card"),
    re_path(
        r"^media/avatars/(?P<folder>[0-9a-f]{2})/(?P<name>(?P=folder)[0-9a-f]{38})-(?P<edge_px>64|192|512)\.webp$",
        profile_views.avatar_file,
        name="avatar-file",
    ),
    *social_urls.urlpatterns,
    # allauth's own pages for these: one security page is enough, and its codes come as one text.
    path("accounts/2fa/", RedirectView.as_view(pattern_name="accounts:security")),
    path("accounts/3rdparty/", RedirectView.as_view(pattern_name="accounts:account")),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="accounts:activity")),
    path("accounts/2fa/recovery-codes/", factor_views.RecoveryCodesPage.as_view()),
    path("accounts/2fa/recovery-codes/download/", factor_views.RecoveryCodesFile.as_view()),
    # The same for what is stricter here than there: allauth names these addresses, ours come first.
    path("accounts/2fa/authenticate/", factor_views.AuthenticatePage.as_view()),
    path("accounts/2fa/reauthenticate/", factor_views.ReauthenticatePage.as_view()),
    path("accounts/2fa/totp/deactivate/", factor_views.RemoveAppPage.as_view()),
    path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="accounts:security")),
    path("accounts/2fa/webauthn/add/", factor_views.AddKeyPage.as_view()),
    path("accounts/2fa/webauthn/login/", factor_views.PasskeyLoginPage.as_view()),
    path("accounts/2fa/webauthn/reauthenticate/", RedirectView.as_view(pattern_name="mfa_reauthenticate")),
    path("accounts/2fa/webauthn/keys/<int:pk>/edit/", factor_views.RenameKeyPage.as_view()),
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", factor_views.RemoveKeyPage.as_view()),
    path("accounts/password/change/", password_views.password_change),
    path("accounts/password/set/", password_views.password_set),
]
