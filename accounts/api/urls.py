"""accounts' part of /api/v1/."""

from django.urls import path

from accounts.api import passwords, trust, views
from accounts.api import schema as schema  # its import registers how the OpenAPI document names our tokens

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/acceptances/", views.AcceptancesView.as_view(), name="acceptances"),
    path("me/trusted-browsers/", trust.TrustedBrowsersView.as_view(), name="trusted-browsers"),
    path("me/trusted-browsers/<int:pk>/", trust.TrustedBrowserView.as_view(), name="trusted-browser"),
    path("password-strength/", passwords.PasswordStrengthView.as_view(), name="password-strength"),
    path("legal-documents/", views.LegalDocumentsView.as_view(), name="legal-documents"),
]
