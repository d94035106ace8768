"""What operators see of pauses, and set of caps and of the words about help."""

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.models import User
from ground import clock
from provider.admin import ReadOnlyAdmin
from wallet.models import RechargeCap, SpendingHelp, SpendingPause
from wallet.services import catalogue


@admin.register(SpendingPause)
class SpendingPauseAdmin(ReadOnlyAdmin):
    list_display = ["user", "kind", "started_at", "term_ends_at", "end_wished_at", "lifts_at"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    search_fields = ["user__handle", "user__email"]
    ordering = ["-id"]


class RechargeCapForm(ModelForm):  # type: ignore[type-arg]
    """Caps begin now or later."""

    class Meta:
        model = RechargeCap
        fields = [
            "day_minor", "week_minor", "young_days", "young_day_minor", "young_week_minor", "starts_at", "reason",
        ]  # fmt: skip

    def clean_starts_at(self) -> Any:
        starts_at = self.cleaned_data["starts_at"]
        if starts_at < clock.now():
            raise ValidationError("A cap cannot begin in the past.")
        return starts_at


@admin.register(RechargeCap)
class RechargeCapAdmin(ModelAdmin):  # type: ignore[misc]
    """Versions: add one to change the caps."""

    form = RechargeCapForm
    list_display = [
        "starts_at", "day_minor", "week_minor", "young_days", "young_day_minor", "young_week_minor", "created_by",
        "reason",
    ]  # fmt: skip
    list_select_related = ["created_by"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RechargeCap, form: Any, change: bool) -> None:
        catalogue.begin_caps(version=obj, operator=cast(User, request.user))


@admin.register(SpendingHelp)
class SpendingHelpAdmin(ModelAdmin):  # type: ignore[misc]
    """The words under cool-off and self-exclusion, and a link to more."""

    fields = ["words", "link"]
    list_display = ["__str__", "link"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
