"""Copies of people's data and closings in the back office: to look at. Nobody there builds, fetches or erases."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from care.models import Closing, ClosingStep, DataExport
from ledger.admin import ReadOnly
from payouts.admin import NothingToEdit


@admin.register(DataExport)
class DataExportAdmin(ReadOnly):
    """Who asked for a copy of their data, how far it is, and what broke. The file is nobody's but theirs."""

    list_display = ["id", "user", "state", "progress", "rows", "tries", "error", "asked_at", "expires_at"]
    list_filter = ["state"]
    list_select_related = ["user"]
    search_fields = ["=id", "user__handle", "user__email"]
    ordering = ["-asked_at", "-id"]
    exclude = ["file", "lease", "leased_until"]

    @admin.display(description="parts")
    def progress(self, export: DataExport) -> str:
        """How many of how many."""
        return f"{export.parts_done} of {export.parts_total}"


class StepsInline(NothingToEdit):
    model = ClosingStep
    fields = ["kind", "subject", "due_at", "looks", "tries", "error", "done_at"]
    ordering = ["id"]


@admin.register(Closing)
class ClosingAdmin(ReadOnly):
    """Who closed their account, when they are erased, and what it waits for."""

    list_display = ["id", "user", "state", "waits_for", "asked_at", "erase_at", "erased_at", "done_at"]
    list_filter = ["state"]
    list_select_related = ["user"]
    search_fields = ["=id", "user__handle", "=user__id"]
    ordering = ["-asked_at", "-id"]
    fields = [
        "id", "user", "state", "waits_for", "asked_at", "erase_at", "cancelled_at", "erased_at", "done_at", "due_at",
        "hindrances", "told_at", "tries", "error",
    ]  # fmt: skip
    inlines = [StepsInline]

    @admin.display(description="why is it waiting")
    def waits_for(self, closing: Closing) -> str:
        """In words: the days of grace, what is open, what broke, or what is left to do outside."""
        if closing.state == Closing.State.WAITING:
            if closing.hindrances:
                return f"Still open: {', '.join(closing.hindrances)}"
            return f"Failed: {closing.error}, tried again" if closing.error else "The days of grace"
        if closing.state == Closing.State.ERASING:
            late = ClosingStep.Kind.LATE_EVENTS
            left = [step for step in closing.steps.all() if step.done_at is None and step.kind != late]
            return "; ".join(f"{step.get_kind_display()} ({step.error or 'due'})" for step in left)
        return "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Closing]:
        """With the steps, in one more query."""
        return cast("QuerySet[Closing]", super().get_queryset(request).prefetch_related("steps"))
