"""The queue of cases, and one case with its thread, its facts and what may be done."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from care import case_page, services
from care.models import SupportCase
from care.states import OURS
from ground import clock
from ground.errors import DomainError, NotFound
from ledger.admin import ReadOnly
from look.states import mail_chip

type Lookups = list[tuple[str, str]]


class TurnFilter(admin.SimpleListFilter):
    """Whose turn it is, and whether we are late."""

    title = "turn"
    parameter_name = "turn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("ours", "Ours"), ("late", "Ours, and late"), ("mine", "Mine, not solved")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SupportCase]) -> QuerySet[SupportCase]:
        match self.value():
            case "ours":
                return queryset.filter(state__in=OURS)
            case "late":
                return queryset.filter(answer_due_at__lt=clock.now())
            case "mine":
                return queryset.filter(assigned_to=cast(User, request.user), solved_at=None)
        return queryset


class FrozenFilter(admin.SimpleListFilter):
    """Cases because of which somebody's money is stopped."""

    title = "money stopped"
    parameter_name = "frozen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("yes", "Yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SupportCase]) -> QuerySet[SupportCase]:
        return queryset.filter(freezes__isnull=False, freezes__lifted_at=None) if self.value() else queryset


class ActionForm(forms.Form):
    """The fields a program drives too (docs/operations.md)."""

    action = forms.ChoiceField(
        choices=[(name, name) for name in ("answer", "solve", "note", "assign", "lift")]
    )
    body = forms.CharField(required=False, strip=True)
    key = forms.CharField(required=False, max_length=80)


@admin.register(SupportCase)
class SupportCaseAdmin(ReadOnly):
    """The queue: the longest promised first. What is done in a case is done on its page."""

    list_display = ["link", "person", "kind", "chip", "due", "assigned_to", "opened_at"]
    list_display_links = None
    list_filter = [TurnFilter, "state", "kind", FrozenFilter, "assigned_to"]
    list_select_related = ["person", "assigned_to"]
    search_fields = ["reference", "person__handle", "person__email", "=items__ref"]
    search_help_text = "Reference, handle, email, or the id of an order, gift or cash-out"
    ordering = ["answer_due_at", "-opened_at", "-id"]

    def get_urls(self) -> list[URLPattern]:
        """The case's page beside Django's own."""
        page = self.admin_site.admin_view(self.case)
        own = [path("<int:case_id>/case/", page, name="care_supportcase_case")]
        return own + cast("list[URLPattern]", super().get_urls())

    @admin.display(description="Case", ordering="reference")
    def link(self, case: SupportCase) -> SafeString:
        address = reverse("admin:care_supportcase_case", args=[case.pk])
        return format_html('<a href="{}">{}</a>', address, case.reference)

    @admin.display(description="State", ordering="state")
    def chip(self, case: SupportCase) -> SafeString:
        return mail_chip("case", case.state)

    @admin.display(description="Promised by", ordering="answer_due_at")
    def due(self, case: SupportCase) -> SafeString | str:
        if case.answer_due_at is None:
            return "–"
        when = f"{case.answer_due_at:%-d %b %H:%M} UTC"
        return format_html("<strong>{}, late</strong>", when) if case.is_late(clock.now()) else when

    def case(self, request: HttpRequest, case_id: int) -> HttpResponse:
        """One case with all that is needed to answer it. A POST does one thing."""
        if not self.has_view_permission(request):
            raise NotFound
        form = ActionForm(request.POST or None)
        status = 200
        if request.method == "POST":
            try:
                return self._act(request, case_id, form)
            except DomainError as refusal:
                messages.error(request, f"{refusal.message} {refusal.next_step}")
                status = refusal.status
        facts = {
            **self.admin_site.each_context(request),
            **case_page.page(case_id, cast(User, request.user), clock.now()),
            "key": form.data.get("key") or uuid4(),
            "body": form.data.get("body", ""),
            "opts": self.opts,
        }
        return render(request, "care/admin_case.html", facts, status=status)

    def _act(self, request: HttpRequest, case_id: int, form: ActionForm) -> HttpResponse:
        if not form.is_valid():
            raise DomainError("That cannot be done with a case.", next_step="Use one of the buttons.")
        words = _do(cast(User, request.user), case_id, **form.cleaned_data)
        messages.success(request, words)
        return HttpResponseRedirect(reverse("admin:care_supportcase_case", args=[case_id]))


def _do(operator: User, case_id: int, *, action: str, body: str, key: str) -> str:
    """Call the one service of `action`; answers what happened."""
    now, key = clock.now(), key or str(uuid4())
    if action in ("answer", "solve"):
        services.answer_case(
            case_id=case_id, operator=operator, body=body, key=key, now=now, solves=action == "solve"
        )
        return "Sent. The person has it in the case and a mail that says so."
    if action == "note":
        services.note_case(case_id=case_id, operator=operator, body=body, key=key, now=now)
        return "Noted, for operators only."
    if action == "assign":
        services.assign_case(case_id=case_id, operator=operator, now=now)
        return "It is yours."
    freeze = services.lift_freeze(
        case_id=case_id, operator=operator, verified=operator.is_verified(), reason=body, now=now
    )
    return "The money can move again." if freeze.lifted_at else "Proposed: another operator must agree."
