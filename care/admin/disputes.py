"""Disputes in the back office: the queue by the provider's deadline, one with its lots and money, and the answers."""

from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.step_up import recent_second_factor_required
from care import dispute_page
from care.dispute_states import OPEN_STATUSES, TO_ANSWER
from care.models import Dispute, FraudWarning
from care.services import dispute_answers
from ground import clock
from ground.errors import DomainError, NotFound
from ledger.admin import ReadOnly
from look import money
from look.states import mail_chip


class QueueFilter(admin.SimpleListFilter):
    """What has to be done."""

    title = "queue"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("answer", "To answer"), ("open", "Open"), ("without_order", "Of no order")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        match self.value():
            case "answer":
                return queryset.filter(status__in=TO_ANSWER)
            case "open":
                return queryset.filter(status__in=OPEN_STATUSES)
            case "without_order":
                return queryset.filter(order=None)
        return queryset


class ActionForm(forms.Form):
    """The fields a program drives too (docs/operations.md)."""

    action = forms.ChoiceField(choices=[(name, name) for name in ("note", "save", "send", "look")])
    body = forms.CharField(required=False, strip=True, max_length=dispute_answers.LONGEST_WORDS)
    key = forms.CharField(required=False, max_length=80)


@admin.register(Dispute)
class DisputeAdmin(ReadOnly):
    """The most urgent first. What is done about a dispute is done on its page."""

    list_display = ["link", "buyer", "chip", "amount", "reason", "due", "seen_at"]
    list_display_links = None
    list_filter = [QueueFilter, "status", "outcome", "reason", "currency"]
    list_select_related = ["order__user"]
    search_fields = [
        "=provider_id", "=charge_id", "=payment_intent_id", "=order__id", "order__user__handle", "order__user__email",
    ]  # fmt: skip
    search_help_text = "Dispute, charge, payment or order by its id, handle, email"
    ordering = ["evidence_due_at", "-seen_at", "-id"]

    def get_urls(self) -> list[URLPattern]:
        """The dispute's page beside Django's own; accepting asks for a fresh second factor."""
        wrap = self.admin_site.admin_view
        accept = recent_second_factor_required(self.accept)
        own = [
            path("<uuid:dispute_id>/dispute/", wrap(self.dispute), name="care_dispute_dispute"),
            path("<uuid:dispute_id>/acceptance/", wrap(require_POST(accept)), name="care_dispute_accept"),
        ]
        return own + cast("list[URLPattern]", super().get_urls())

    @admin.display(description="Dispute", ordering="provider_id")
    def link(self, case: Dispute) -> SafeString:
        return format_html('<a href="{}">{}</a>', _address(case.pk), case.provider_id)

    @admin.display(description="Buyer")
    def buyer(self, case: Dispute) -> str:
        return str(case.order.user) if case.order else "of no order"

    @admin.display(description="State", ordering="status")
    def chip(self, case: Dispute) -> SafeString:
        return mail_chip("dispute", case.status)

    @admin.display(description="Amount", ordering="amount_minor")
    def amount(self, case: Dispute) -> str:
        return money.money(case.amount_minor, case.currency)

    @admin.display(description="Answer by", ordering="evidence_due_at")
    def due(self, case: Dispute) -> SafeString | str:
        if not case.waits_for_answer or case.evidence_due_at is None:
            return "–"
        when = f"{case.evidence_due_at:%-d %b %H:%M} UTC"
        is_late = case.evidence_due_at < clock.now()
        return format_html("<strong>{}, late</strong>", when) if is_late else when

    def dispute(self, request: HttpRequest, dispute_id: UUID) -> HttpResponse:
        """One dispute with all that is needed to answer it. A POST does one thing."""
        if not self.has_view_permission(request):
            raise NotFound
        form, status = ActionForm(request.POST or None), 200
        if request.method == "POST":
            try:
                return self._act(request, dispute_id, form)
            except DomainError as refusal:
                messages.error(request, f"{refusal.message} {refusal.next_step}")
                status = refusal.status
        context = dispute_page.page(dispute_id, cast(User, request.user), clock.now())
        facts = {
            **self.admin_site.each_context(request),
            **context,
            "key": form.data.get("key") or uuid4(),
            "body": form.data.get("body", ""),
            "opts": self.opts,
        }
        return render(request, "care/admin_dispute.html", facts, status=status)

    def accept(self, request: HttpRequest, dispute_id: UUID) -> HttpResponse:
        """Do not contest it."""
        operator = cast(User, request.user)
        try:
            dispute_answers.accept_dispute(
                dispute_id=dispute_id,
                operator=operator,
                verified=operator.is_verified(),
                reason=request.POST.get("reason", ""),
                now=clock.now(),
            )
        except DomainError as refusal:
            if refusal.status in (403, 404):
                raise
            messages.error(request, f"{refusal.message} {refusal.next_step}")
        else:
            messages.success(request, "Accepted: the dispute is lost, and its money is booked for good.")
        return HttpResponseRedirect(_address(dispute_id))

    def _act(self, request: HttpRequest, dispute_id: UUID, form: ActionForm) -> HttpResponse:
        if not form.is_valid():
            raise DomainError("That cannot be done with a dispute.", next_step="Use one of the buttons.")
        messages.success(request, _do(cast(User, request.user), dispute_id, **form.cleaned_data))
        return HttpResponseRedirect(_address(dispute_id))


def _do(operator: User, dispute_id: UUID, *, action: str, body: str, key: str) -> str:
    """Call the one service of `action`; answers what happened."""
    now, key = clock.now(), key or str(uuid4())
    if action == "note":
        dispute_answers.note_dispute(dispute_id=dispute_id, operator=operator, body=body, key=key, now=now)
        return "Noted, for operators only."
    if action == "look":
        dispute_answers.ask_now(dispute_id=dispute_id, operator=operator, now=now)
        return "Asked: what the provider says stands here."
    dispute_answers.send_evidence(
        dispute_id=dispute_id, operator=operator, text=body, is_final=action == "send", key=key, now=now
    )
    return "Sent: the bank decides now." if action == "send" else "Saved at the provider, not sent yet."


def _address(dispute_id: UUID) -> str:
    return reverse("admin:care_dispute_dispute", args=[dispute_id])


@admin.register(FraudWarning)
class FraudWarningAdmin(ReadOnly):
    """Early warnings of issuers. What can be refunded now may spare a dispute."""

    list_display = ["provider_id", "order_link", "buyer", "fraud_type", "is_actionable", "happened_at"]
    list_display_links = None
    list_filter = ["is_actionable", "fraud_type"]
    list_select_related = ["order__user"]
    search_fields = ["=provider_id", "=charge_id", "=order__id", "order__user__handle", "order__user__email"]
    ordering = ["-happened_at", "-id"]

    @admin.display(description="Order")
    def order_link(self, row: FraudWarning) -> SafeString | str:
        if row.order_id is None:
            return "none of ours"
        address = reverse("admin:wallet_order_change", args=[row.order_id])
        return format_html('<a href="{}">{}…</a>', address, str(row.order_id)[:8])

    @admin.display(description="Buyer")
    def buyer(self, row: FraudWarning) -> str:
        return str(row.order.user) if row.order else "–"
