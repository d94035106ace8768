"""The pages of care: support cases, and "I did not do this"."""

from django.urls import URLPattern, URLResolver, path, re_path

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
]
