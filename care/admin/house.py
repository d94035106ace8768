"""What support promises, and the answers it gives often."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from care.models import CannedReply, Freeze, SupportTerms
from ledger.admin import ReadOnly


@admin.register(SupportTerms)
class SupportTermsAdmin(ModelAdmin):  # type: ignore[misc]
    """One row for the installation."""

    actions = None
    list_display = [
        "__str__", "report_answer_hours", "reopen_days", "cases_a_day", "messages_an_hour", "four_eyes_above_minor",
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not SupportTerms.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: SupportTerms | None = None) -> bool:
        return False


@admin.register(CannedReply)
class CannedReplyAdmin(ModelAdmin):  # type: ignore[misc]
    """Answers to choose from in a case."""

    actions = None
    list_display = ["title", "kind", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["title", "body"]


@admin.register(Freeze)
class FreezeAdmin(ReadOnly):
    """Whose money is stopped, since when, and who let it move again. The case's page decides."""

    list_display = ["person", "case", "since", "proposed_by", "lifted_at", "lifted_by"]
    list_filter = [("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["person", "case", "proposed_by", "lifted_by"]
    search_fields = ["person__handle", "person__email", "case__reference"]
    ordering = ["-since"]
