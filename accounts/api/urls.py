"""accounts' part of /api/v1/."""

from django.urls import path

from accounts.api import schema as schema  # its import registers how the OpenAPI document names our tokens
from accounts.api import views

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/acceptances/", views.AcceptancesView.as_view(), name="acceptances"),
    path("legal-documents/", views.LegalDocumentsView.as_view(), name="legal-documents"),
]
