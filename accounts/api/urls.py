"""accounts' part of /api/v1/."""

from django.urls import path

from accounts.api import activity, passwords, trust, views
from accounts.api import schema as schema  # its import registers how the OpenAPI document names our tokens

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/acceptances/", views.AcceptancesView.as_view(), name="acceptances"),
    path("me/trusted-browsers/", trust.TrustedBrowsersView.as_view(), name="trusted-browsers"),
    path("me/trusted-browsers/<int:pk>/", trust.TrustedBrowserView.as_view(), name="trusted-browser"),
    path("password-strength/", passwords.PasswordStrengthView.as_view(), name="password-strength"),
    path("me/sessions/", activity.SessionsView.as_view(), name="sessions"),
    path("me/sessions/others/", activity.OtherSessionsView.as_view(), name="other-sessions"),
    path("me/sessions/<int:session_id>/", activity.SessionView.as_view(), name="session"),
    path("me/security-events/", activity.SecurityEventsView.as_view(), name="security-events"),
    path("me/anti-phishing-phrase/", activity.AntiPhishingPhraseView.as_view(), name="anti-phishing-phrase"),
    path("me/notifications/", activity.NotificationsView.as_view(), name="notifications"),
    path("me/notifications/<slug:topic>/", activity.NotificationView.as_view(), name="notification"),
    path("legal-documents/", views.LegalDocumentsView.as_view(), name="legal-documents"),
]
