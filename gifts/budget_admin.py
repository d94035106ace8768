"""What operators see of fans' budgets: what they asked, and what stands for creators and single gifts."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from gifts.models import BudgetChange, CreatorBudget, GiftLimit


class NothingToChange(ModelAdmin):  # type: ignore[misc]
    """A budget is the fan's: operators look."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(BudgetChange)
class BudgetChangeAdmin(NothingToChange):
    list_display = [
        "fan", "scope", "creator", "period", "coins_before", "coins", "asked_at", "takes_force_at", "state",
    ]  # fmt: skip
    list_filter = ["scope", "state"]
    list_select_related = ["fan", "creator"]
    search_fields = ["fan__handle", "fan__email"]
    ordering = ["-id"]


@admin.register(CreatorBudget)
class CreatorBudgetAdmin(NothingToChange):
    list_display = ["fan", "creator", "period", "coins", "spent", "starts_at", "ends_at"]
    list_filter = ["period"]
    list_select_related = ["fan", "creator"]
    search_fields = ["fan__handle", "creator__handle"]


@admin.register(GiftLimit)
class GiftLimitAdmin(NothingToChange):
    list_display = ["fan", "coins"]
    list_select_related = ["fan"]
    search_fields = ["fan__handle"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[GiftLimit]":
        found: QuerySet[GiftLimit] = super().get_queryset(request)
        return found.order_by("fan_id")
