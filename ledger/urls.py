"""The books' one public page."""

from django.urls import path

from ledger import views

app_name = "ledger"

urlpatterns = [path("books/", views.blocks, name="blocks")]
