"""accounts' part of /api/v1/."""

from django.urls import path

from accounts.api import people, views
from accounts.api import schema as schema  # its import registers how the OpenAPI document names our tokens

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("me/avatar/", people.AvatarView.as_view(), name="me-avatar"),
    path("me/handle/", people.HandleView.as_view(), name="me-handle"),
    path("people/", people.PeopleView.as_view(), name="people"),
    path("people/<str:handle>/", people.PersonView.as_view(), name="person"),
    path("me/acceptances/", views.AcceptancesView.as_view(), name="acceptances"),
    path("legal-documents/", views.LegalDocumentsView.as_view(), name="legal-documents"),
]
