"""The part of /api/v1/ that is about help."""

from django.urls import URLPattern, URLResolver

app_name = "care-api"

urlpatterns: list[URLPattern | URLResolver] = []
