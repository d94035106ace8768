"""The roles, the checks of the books, and dj-stripe's mirror, kept small."""

from typing import cast

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from accounts.models import User
from backoffice import services
from backoffice.defaults import MIRRORED
from backoffice.models import BooksCheck
from ledger.admin import ReadOnly

# Whose own pages stay. Other people's apps bring pages that edit sign-ins, show secrets, or were not made for this.
OURS = ("accounts", "wallet", "live", "gifts", "payouts", "care", "provider", "ledger", "backoffice", "auth")


def keep_ours(site: admin.AdminSite) -> None:
    """Take away other people's pages, and show dj-stripe's useful objects, to read only."""
    for model, page in list(site._registry.items()):
        if not {model._meta.app_label, type(page).__module__.partition(".")[0]} & set(OURS):
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
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            check = services.check_books(asked_by=cast(User, request.user))
            say = messages.success if check.ok else messages.error
            say(request, "The books are right." if check.ok else f"Wrong: {check.findings[0]}")
        return HttpResponseRedirect(reverse("admin:index"))


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    """Roles and what they may do."""

    actions = None


keep_ours(admin.site)
