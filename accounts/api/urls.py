"""accounts' part of /api/v1/."""

from django.urls import path

from accounts.api import consent, guardian, views
from accounts.api import schema as schema  # its import registers how the OpenAPI document names our tokens

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/acceptances/", consent.AcceptancesView.as_view(), name="acceptances"),
    path("me/guardian/", guardian.MyGuardianView.as_view(), name="my-guardian"),
    path("me/guardian/asks/", guardian.MyGuardianAsksView.as_view(), name="my-guardian-asks"),
    path("guardian/", guardian.GuardianView.as_view(), name="guardian"),
    path("guardian/consent/", guardian.GuardianConsentView.as_view(), name="guardian-consent"),
    path("guardian/budget/", guardian.GuardianBudgetView.as_view(), name="guardian-budget"),
    path("guardian/revocation/", guardian.GuardianRevocationView.as_view(), name="guardian-revocation"),
    path("guardian/links/", guardian.GuardianLinksView.as_view(), name="guardian-links"),
    path("legal-documents/", consent.LegalDocumentsView.as_view(), name="legal-documents"),
    path(
        "legal-documents/<slug:kind>/<int:version>/changes/",
        consent.LegalChangesView.as_view(),
        name="legal-changes",
    ),
]
