"""The provider's side in the back office, the roles, and the checks of the books. dj-stripe's flood is kept small."""

from typing import Any, cast

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from accounts.models import User
from backoffice import services
from backoffice.models import BooksCheck
from ground.errors import DomainError, Forbidden
from ledger.admin import ReadOnly
from look.states import mail_chip
from provider.alerts import resolve_alert
from provider.models import InboxEvent, OperatorAlert, ProviderCall

# The mirrored objects that operators and finance look at. APIKey, which holds our secret key, is never among them.
MIRRORED = (
    "Account", "BalanceTransaction", "Charge", "Customer", "Dispute", "Event", "PaymentIntent", "Payout", "Refund",
    "Session", "Transfer",
)  # fmt: skip


def keep_mirror_small(site: admin.AdminSite) -> None:
    """Take dj-stripe's own pages away and show the useful objects, to read only."""
    for model in list(site._registry):
        if model._meta.app_label == "djstripe":
            site.unregister(model)
    for name in MIRRORED:
        site.register(apps.get_model("djstripe", name), MirrorAdmin)


class MirrorAdmin(ReadOnly):
    """An object of the provider as dj-stripe mirrored it. Amounts are never decided by it."""

    list_display = ["id", "livemode", "created", "djstripe_updated"]
    search_fields = ["=id"]
    ordering = ["-djstripe_updated"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["id", "livemode", "created", "djstripe_created", "djstripe_updated", "stripe_data"]


class OpenFilter(admin.SimpleListFilter):
    title = "open"
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Open"), ("no", "Resolved")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OperatorAlert]) -> QuerySet[OperatorAlert]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(resolved_at__isnull=self.value() == "yes")


@admin.register(OperatorAlert)
class OperatorAlertAdmin(ReadOnly):
    """What needs a person. Resolving one asks for words and keeps who said them."""

    list_display = ["code", "key", "message", "times", "raised_at", "last_raised_at", "resolved_by"]
    list_filter = [OpenFilter, "code"]
    list_select_related = ["resolved_by"]
    search_fields = ["code", "key", "message"]
    ordering = ["-last_raised_at"]
    change_form_template = "backoffice/alert.html"

    def get_urls(self) -> list[URLPattern]:
        resolve = self.admin_site.admin_view(self.resolve)
        own = [path("<int:alert_id>/resolution/", resolve, name="provider_operatoralert_resolution")]
        return own + cast("list[URLPattern]", super().get_urls())

    def resolve(self, request: HttpRequest, alert_id: int) -> HttpResponse:
        """POST `resolution`: close the alert with the operator's words."""
        back = HttpResponseRedirect(reverse("admin:provider_operatoralert_change", args=[alert_id]))
        if not request.user.has_perm("provider.change_operatoralert"):
            raise Forbidden
        words = request.POST.get("resolution", "").strip()
        if request.method != "POST" or not words:
            messages.error(request, "Write what was done.")
            return back
        try:
            resolve_alert(alert_id=alert_id, operator=cast(User, request.user), resolution=words)
        except DomainError as refusal:
            messages.error(request, f"{refusal.message} {refusal.next_step}")
            return back
        messages.success(request, "Resolved.")
        return back


@admin.register(InboxEvent)
class InboxEventAdmin(ReadOnly):
    """Every event the provider told us, once."""

    list_display = ["event_id", "type", "chip", "account", "object_id", "attempts", "note", "received_at"]
    list_filter = ["status", "source", "livemode"]
    search_fields = ["=event_id", "=object_id", "=account", "type"]
    ordering = ["-received_at"]

    @admin.display(description="Status", ordering="status")
    def chip(self, event: InboxEvent) -> SafeString:
        return mail_chip("inbox", event.status)


@admin.register(ProviderCall)
class ProviderCallAdmin(ReadOnly):
    """Every call that makes something at the provider, written down before it is made."""

    list_display = [
        "key",
        "purpose",
        "state",
        "attempts",
        "response_id",
        "error_code",
        "created_at",
        "finished_at",
    ]
    list_filter = ["state", "purpose"]
    search_fields = ["=key", "=response_id", "=idempotency_key", "=provider_request_id"]
    ordering = ["-created_at"]


@admin.register(BooksCheck)
class BooksCheckAdmin(ReadOnly):
    """Runs of ledger_check. POST to `now/` runs one."""

    list_display = ["ran_at", "outcome", "operations", "transfers", "accounts", "took_ms", "asked_by"]
    list_filter = ["ok"]
    list_select_related = ["asked_by"]

    def get_urls(self) -> list[URLPattern]:
        now = self.admin_site.admin_view(self.check_now)
        own = [path("now/", now, name="backoffice_bookscheck_now")]
        return own + cast("list[URLPattern]", super().get_urls())

    @admin.display(description="Outcome", ordering="ok")
    def outcome(self, check: BooksCheck) -> SafeString | str:
        return "right" if check.ok else format_html("<strong>{} findings</strong>", len(check.findings))

    def check_now(self, request: HttpRequest) -> HttpResponse:
        """Recompute the books and go back home, where the answer stands."""
        if request.method == "POST" and self.has_view_permission(request):
            check = services.check_books(asked_by=cast(User, request.user))
            say = messages.success if check.ok else messages.error
            say(request, "The books are right." if check.ok else f"Wrong: {check.findings[0]}")
        return HttpResponseRedirect(reverse("admin:index"))


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    """Roles and what they may do."""


keep_mirror_small(admin.site)
