"""The pages of care: support cases, "I did not do this", one's data, closing the account."""

from django.urls import URLPattern, URLResolver, path, re_path

from care import data_views, dispute_views
from care.views import cases, reports

app_name = "care"

REFERENCE = r"(?P<reference>[2-9A-Z]{8})"

urlpatterns: list[URLPattern | URLResolver] = [
    path("support/", cases.cases, name="cases"),
    path("support/new/", cases.new_case, name="case-new"),
    path("support/recheck/", cases.recheck, name="recheck"),
    path("support/files/<uuid:file_id>/", cases.file, name="file"),
    path("support/not-me/", reports.not_me, name="not-me"),
    path("support/secure/", reports.recovery, name="recovery"),
    path("support/secure/new-password/", reports.new_password, name="new-password"),
    re_path(rf"^support/{REFERENCE}/$", cases.case, name="case"),
    re_path(rf"^support/{REFERENCE}/solve/$", cases.solve, name="solve"),
    path("studio/disputed-gifts/", dispute_views.disputed_gifts, name="disputed-gifts"),
    path("settings/your-data/", data_views.your_data, name="your-data"),
    path("settings/your-data/exports/", data_views.ask, name="ask-for-data"),
    path("settings/your-data/exports/<uuid:export_id>/file/", data_views.fetch, name="export-file"),
    path("settings/your-data/close/", data_views.close, name="close"),
    path("settings/your-data/close/give-up/", data_views.give_up_rest, name="give-up"),
    path("settings/your-data/close/confirm/", data_views.confirm, name="close-confirm"),
    path("account-closed/", data_views.closed, name="closed"),
]
