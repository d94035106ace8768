"""The part of /api/v1/ that is about help."""

from django.urls import URLPattern, URLResolver, path

from care.api import data_views

app_name = "care-api"

urlpatterns: list[URLPattern | URLResolver] = [
    path("data-exports/", data_views.DataExports.as_view(), name="data-exports"),
    path("data-exports/<uuid:export_id>/", data_views.OneDataExport.as_view(), name="data-export"),
    path("data-exports/<uuid:export_id>/file/", data_views.DataExportFile.as_view(), name="data-export-file"),
    path("closing/", data_views.ClosingView.as_view(), name="closing"),
    path("forfeits/", data_views.Forfeits.as_view(), name="forfeits"),
]
