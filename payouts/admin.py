"""Cash-outs in the back office: to look at, and to decide about through one form that asks for a reason."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import User
from ground import clock
from ground.errors import DomainError, NotFound
from ledger.admin import ReadOnly
from look import money
from look.states import mail_chip
from payouts import review_page
from payouts.models import CashOutTerms, ConnectedAccount, Payout, PayoutAttempt, PayoutEvent, PayoutQuote
from payouts.services.review import approve_payout, reject_payout

REASON_MAX = 300


class DecisionForm(forms.Form):
    """The fields a program drives too (docs/operations.md): `decision` and `reason`."""

    decision = forms.ChoiceField(choices=[("approve", "Approve"), ("reject", "Reject")])
    reason = forms.CharField(max_length=REASON_MAX, strip=True)


class NothingToEdit(TabularInline):  # type: ignore[misc]
    """Rows of history under their cash-out."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class EventsInline(NothingToEdit):
    model = PayoutEvent
    fields = ["number", "kind", "state", "actor", "reason", "facts", "at"]
    ordering = ["number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PayoutEvent]:
        return cast("QuerySet[PayoutEvent]", super().get_queryset(request).select_related("actor"))


class AttemptsInline(NothingToEdit):
    model = PayoutAttempt
    fields = [
        "number",
        "outcome",
        "transfer_id",
        "provider_payout_id",
        "reversal_id",
        "failure_code",
        "created_at",
    ]
    ordering = ["number"]


@admin.register(Payout)
class PayoutAdmin(ReadOnly):
    """Every cash-out. What changes one is its review page."""

    list_display = ["review_link", "creator", "chip", "net", "waits", "requested_at", "arrives_on"]
    list_display_links = ["creator"]
    list_filter = ["state", "wait_reason", "currency"]
    list_select_related = ["creator"]
    search_fields = [
        "=id", "creator__handle", "creator__email", "=attempts__transfer_id", "=attempts__provider_payout_id",
    ]  # fmt: skip
    search_help_text = "Cash-out's id, handle, email, or the provider's id of a transfer or payout"
    ordering = ["-requested_at", "-id"]
    inlines = [EventsInline, AttemptsInline]

    def get_urls(self) -> list[URLPattern]:
        """The review page beside Django's own."""
        review = self.admin_site.admin_view(self.review)
        own = [path("<uuid:payout_id>/review/", review, name="payouts_payout_review")]
        return own + cast("list[URLPattern]", super().get_urls())

    @admin.display(description="Cash-out")
    def review_link(self, payout: Payout) -> SafeString:
        address = reverse("admin:payouts_payout_review", args=[payout.pk])
        return format_html('<a href="{}">{}…</a>', address, str(payout.pk)[:8])

    @admin.display(description="State", ordering="state")
    def chip(self, payout: Payout) -> SafeString:
        return mail_chip("payout", payout.state)

    @admin.display(description="To the bank", ordering="net_minor")
    def net(self, payout: Payout) -> str:
        return money.money(payout.net_minor, payout.currency)

    @admin.display(description="Waits for")
    def waits(self, payout: Payout) -> str:
        return str(payout.get_wait_reason_display()) if payout.wait_reason else "–"

    def review(self, request: HttpRequest, payout_id: UUID) -> HttpResponse:
        """One cash-out with all an operator needs to decide, and the form to decide with."""
        if not self.has_view_permission(request):
            raise NotFound
        form = DecisionForm(request.POST or None)
        status = 200
        if request.method == "POST":
            try:
                return self._decide(request, payout_id, form)
            except DomainError as refusal:
                messages.error(request, f"{refusal.message} {refusal.next_step}")
                status = refusal.status
        context = review_page.page(payout_id, cast(User, request.user), clock.now())
        facts = {**self.admin_site.each_context(request), **context, "form": form, "opts": self.opts}
        return render(request, "payouts/admin_review.html", facts, status=status)

    def _decide(self, request: HttpRequest, payout_id: UUID, form: DecisionForm) -> HttpResponse:
        operator = cast(User, request.user)
        is_valid = form.is_valid()
        decide = reject_payout if form.data.get("decision") == "reject" else approve_payout
        if not is_valid and "decision" in form.errors:
            raise DomainError("Choose to approve or to reject.", next_step="Use one of the two buttons.")
        reason = str(form.data.get("reason", ""))[:REASON_MAX]
        payout = decide(
            payout_id=payout_id,
            operator=operator,
            verified=operator.is_verified(),
            reason=reason,
            now=clock.now(),
        )
        words = {"approved": "Approved: it is sent next.", "rejected": "Rejected: the diamonds are back."}
        messages.success(request, words[payout.state])
        return HttpResponseRedirect(reverse("admin:payouts_payout_review", args=[payout_id]))


@admin.register(ConnectedAccount)
class ConnectedAccountAdmin(ReadOnly):
    """Creators' accounts at the provider, as last read."""

    list_display = [
        "creator",
        "provider_account_id",
        "chip",
        "country",
        "transfers_capability",
        "bank_last4",
        "read_at",
    ]
    list_filter = ["payouts_enabled", "transfers_capability", "country"]
    list_select_related = ["creator"]
    search_fields = ["=provider_account_id", "creator__handle", "creator__email"]

    @admin.display(description="State")
    def chip(self, account: ConnectedAccount) -> SafeString:
        return mail_chip("account", account.state)


@admin.register(PayoutQuote)
class PayoutQuoteAdmin(ReadOnly):
    """What creators were promised."""

    list_display = [
        "id",
        "creator",
        "asked_units",
        "amount_minor",
        "fee_minor",
        "currency",
        "created_at",
        "expires_at",
    ]
    list_select_related = ["creator"]
    search_fields = ["=id", "creator__handle"]
    ordering = ["-created_at"]


@admin.register(CashOutTerms)
class CashOutTermsAdmin(ModelAdmin):  # type: ignore[misc]
    """Versions: a new one is added with a start; what has been promised under an old one stays."""

    list_display = [
        "starts_at", "currency", "minimum_minor", "daily_maximum_minor", "fee_fixed_minor", "fee_basis_points",
        "quote_lifetime_s", "arrival_business_days",
    ]  # fmt: skip
    ordering = ["-starts_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
