"""The door's two addresses, one per endpoint that the provider knows."""

from django.urls import path

from provider import webhooks

app_name = "provider"
urlpatterns = [
    path("stripe/", webhooks.platform, name="webhook"),
    path("stripe/connect/", webhooks.connect, name="webhook-connect"),
]
