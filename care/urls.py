"""The pages of care: support cases, and "I did not do this"."""

from django.urls import URLPattern, URLResolver, path

from care import data_views

app_name = "care"

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/your-data/", data_views.your_data, name="your-data"),
    path("settings/your-data/exports/", data_views.ask, name="ask-for-data"),
    path("settings/your-data/exports/<uuid:export_id>/file/", data_views.fetch, name="export-file"),
    path("settings/your-data/close/", data_views.close, name="close"),
    path("settings/your-data/close/give-up/", data_views.give_up_rest, name="give-up"),
    path("settings/your-data/close/confirm/", data_views.confirm, name="close-confirm"),
    path("account-closed/", data_views.closed, name="closed"),
]
