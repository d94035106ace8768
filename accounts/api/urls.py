"""accounts' part of /api/v1/."""

from django.urls import path

from accounts.api import activity, passwords, people, social, trust, views
from accounts.api import schema as schema  # its import registers how the OpenAPI document names our tokens

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/avatar/", people.AvatarView.as_view(), name="me-avatar"),
    path("me/handle/", people.HandleView.as_view(), name="me-handle"),
    path("people/", people.PeopleView.as_view(), name="people"),
    path("people/<str:handle>/", people.PersonView.as_view(), name="person"),
    path("me/acceptances/", views.AcceptancesView.as_view(), name="acceptances"),
    path("me/sessions/", activity.SessionsView.as_view(), name="sessions"),
    path("me/sessions/others/", activity.OtherSessionsView.as_view(), name="other-sessions"),
    path("me/sessions/<int:session_id>/", activity.SessionView.as_view(), name="session"),
    path("me/security-events/", activity.SecurityEventsView.as_view(), name="security-events"),
    path("me/anti-phishing-phrase/", activity.AntiPhishingPhraseView.as_view(), name="anti-phishing-phrase"),
    path("me/notifications/", activity.NotificationsView.as_view(), name="notifications"),
    path("me/notifications/<slug:topic>/", activity.NotificationView.as_view(), name="notification"),
    path("me/privacy/", social.PrivacyView.as_view(), name="privacy"),
    path("me/following/", social.MyFollowing.as_view(), name="my-following"),
    path("me/followers/", social.MyFollowers.as_view(), name="my-followers"),
    path("me/blocks/", social.MyBlocks.as_view(), name="my-blocks"),
    path("me/blocks/<str:handle>/", social.BlockView.as_view(), name="my-block"),
    path("people/<str:handle>/follow/", social.FollowView.as_view(), name="follow"),
    path("people/<str:handle>/following/", social.TheirFollowing.as_view(), name="following"),
    path("people/<str:handle>/followers/", social.TheirFollowers.as_view(), name="followers"),
    path("me/trusted-browsers/", trust.TrustedBrowsersView.as_view(), name="trusted-browsers"),
    path("me/trusted-browsers/<int:pk>/", trust.TrustedBrowserView.as_view(), name="trusted-browser"),
    path("password-strength/", passwords.PasswordStrengthView.as_view(), name="password-strength"),
    path("legal-documents/", views.LegalDocumentsView.as_view(), name="legal-documents"),
]
