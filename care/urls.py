"""The pages of care: support cases, and "I did not do this"."""

from django.urls import URLPattern, URLResolver

app_name = "care"

urlpatterns: list[URLPattern | URLResolver] = []
