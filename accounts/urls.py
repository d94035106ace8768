"""The pages of accounts that are not allauth's own."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts import notification_views, profile_views, social_urls, views

app_name = "accounts"

urlpatterns = [
    path("settings/", views.settings_menu, name="settings"),
    path("settings/account/", profile_views.account, name="account"),
    path("settings/account/avatar/", profile_views.avatar, name="avatar"),
    path("settings/account/avatar/removal/", profile_views.remove_avatar, name="remove-avatar"),
    path("settings/account/handle/", profile_views.handle, name="handle"),
    path("settings/security/", views.security, name="security"),
    path("settings/security/other-sessions/", views.sign_out_others, name="sign-out-others"),
    path("settings/terms/", views.terms, name="terms"),
    path("settings/notifications/", notification_views.notifications, name="notifications"),
    path("unsubscribe/<str:token>/", notification_views.unsubscribe, name="unsubscribe"),
    path("legal/<slug:kind>/", views.legal_document, name="legal-document"),
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
    path("accounts/sessions/", RedirectView.as_view(pattern_name="accounts:security")),
    path("accounts/2fa/recovery-codes/", views.RecoveryCodesView.as_view()),
]
