"""What operators see of the provider's side: read-only, but for closing an alert with words."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from ground.errors import DomainError
from look.states import mail_chip
from provider.alerts import resolve_alert
from provider.models import EventListing, InboxEvent, OperatorAlert, ProviderCall


class ReasonForm(BaseDialogForm):  # type: ignore[misc]
    """Why an operator does this; it is kept."""

    reason = forms.CharField(max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """Nobody adds, changes or deletes here; what changes these rows is a service."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may(self, request: HttpRequest) -> bool:
        """Whether this operator may do what changes these rows: Django's own change permission."""
        options = self.opts
        return request.user.has_perm(f"{options.app_label}.change_{options.model_name}")

    def answer(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Back to the row, from a dialog."""
        options = self.opts
        address = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[object_id])
        return HttpResponse(headers={"HX-Redirect": address})


@admin.register(InboxEvent)
class InboxEventAdmin(ReadOnlyAdmin):
    list_display = [
        "event_id",
        "type",
        "object_id",
        "shown_status",
        "source",
        "attempts",
        "received_at",
        "mirrored_at",
    ]
    list_filter = ["status", "source", "type"]
    search_fields = ["event_id", "object_id", "account"]
    ordering = ["-id"]

    @display(description="status")  # type: ignore[untyped-decorator]
    def shown_status(self, event: InboxEvent) -> str:
        return mail_chip("inbox", event.status)


@admin.register(ProviderCall)
class ProviderCallAdmin(ReadOnlyAdmin):
    list_display = ["key", "purpose", "shown_state", "attempts", "response_id", "error_code", "created_at"]
    list_filter = ["state", "purpose"]
    search_fields = ["key", "response_id", "provider_request_id", "idempotency_key"]
    ordering = ["-id"]

    @display(description="state")  # type: ignore[untyped-decorator]
    def shown_state(self, call: ProviderCall) -> str:
        return mail_chip("call", call.state)


@admin.register(EventListing)
class EventListingAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "seen_until", "listed_at"]
    search_fields = ["account"]


class OpenFilter(admin.SimpleListFilter):
    """Open alerts unless asked for others."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "open"), ("resolved", "resolved")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(resolved_at__isnull=self.value() == "open")


@admin.register(OperatorAlert)
class OperatorAlertAdmin(ReadOnlyAdmin):
    list_display = ["message", "code", "key", "times", "last_raised_at", "shown_state", "resolved_by"]
    list_filter = [OpenFilter, "code"]
    list_select_related = ["resolved_by"]
    search_fields = ["key", "message"]
    ordering = ["-last_raised_at"]
    actions_detail = ["resolve"]

    @display(description="state")  # type: ignore[untyped-decorator]
    def shown_state(self, alert: OperatorAlert) -> str:
        return mail_chip("check", "open" if alert.resolved_at is None else "closed")

    def has_resolve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may(request)

    @action(  # type: ignore[untyped-decorator]
        description="Resolve",
        permissions=["resolve"],
        dialog={
            "title": "Resolve this alert",
            "description": "Say what was found and done. Your words are kept with your name.",
            "form_class": ReasonForm,
            "form_submit_text": "Resolve",
        },
    )
    def resolve(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        try:
            resolve_alert(
                alert_id=int(object_id),
                operator=cast(AbstractBaseUser, request.user),
                resolution=form.cleaned_data["reason"],
            )
        except DomainError as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, "Resolved.")
        return self.answer(request, object_id)
