"""The part of /api/v1/ that is about the books: public, to be checked by strangers."""

from django.urls import path

from ledger.api import views

app_name = "ledger-api"

urlpatterns = [
    path("ledger/blocks/", views.Blocks.as_view(), name="blocks"),
    path("ledger/blocks/<int:number>/", views.BlockDetail.as_view(), name="block"),
]
