"""The part of /api/v1/ that is about help, one's data, and leaving."""

from django.urls import URLPattern, URLResolver, path, re_path

from care.api import data_views, dispute_views, views

app_name = "care-api"

REFERENCE = r"(?P<reference>[2-9A-Z]{8})"

urlpatterns: list[URLPattern | URLResolver] = [
    path("support-cases/", views.Cases.as_view(), name="cases"),
    path("support-cases/files/<uuid:file_id>/", views.File.as_view(), name="file"),
    re_path(rf"^support-cases/{REFERENCE}/$", views.OneCase.as_view(), name="case"),
    re_path(rf"^support-cases/{REFERENCE}/messages/$", views.Messages.as_view(), name="messages"),
    re_path(rf"^support-cases/{REFERENCE}/solution/$", views.Solution.as_view(), name="solution"),
    path("disputes/", dispute_views.Disputes.as_view(), name="disputes"),
    path("disputes/<uuid:dispute_id>/", dispute_views.OneDispute.as_view(), name="dispute"),
    path("disputed-gifts/", dispute_views.DisputedGifts.as_view(), name="disputed-gifts"),
    path("disputed-gifts/sums/", dispute_views.HeldDiamonds.as_view(), name="held-diamonds"),
    path("not-me-reports/", views.NotMeReports.as_view(), name="not-me-reports"),
    path("recovery/", views.Recovery.as_view(), name="recovery"),
    path("data-exports/", data_views.DataExports.as_view(), name="data-exports"),
    path("data-exports/<uuid:export_id>/", data_views.OneDataExport.as_view(), name="data-export"),
    path("data-exports/<uuid:export_id>/file/", data_views.DataExportFile.as_view(), name="data-export-file"),
    path("closing/", data_views.ClosingView.as_view(), name="closing"),
    path("forfeits/", data_views.Forfeits.as_view(), name="forfeits"),
]
