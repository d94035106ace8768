"""Consent in the back office: documents from draft to in force, acceptances, age rules, guardians."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts import services
from accounts.consent_views import changes_page, document_page
from accounts.countries import COUNTRY_CHOICES
from accounts.models import (
    Acceptance,
    AgeRule,
    Announcement,
    GuardianAsk,
    GuardianRecord,
    Guardianship,
    LegalDocument,
    SpendingFreeze,
    User,
)
from accounts.selectors import previous_version
from ground import clock
from ground.errors import DomainError, NotFound
from ledger.admin import ReadOnly

CSV_AT_ONCE = 2_000


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """The text of a draft; `kind` is chosen once."""

    class Meta:
        model = LegalDocument
        fields = ["kind", "title", "summary", "needs_acceptance", "body"]
        widgets = {
            "body": UnfoldAdminTextareaWidget(attrs={"rows": 28}),
            "summary": UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        }

    def validate_constraints(self) -> None:
        """The service numbers the version and keeps one draft of a kind."""


class ScheduleForm(forms.Form):
    """When a draft starts."""

    starts_at = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


@admin.register(LegalDocument)
class LegalDocumentAdmin(ModelAdmin):  # type: ignore[misc]
    """A new version is a draft until it is scheduled; what has started is what people accepted, and stays."""

    form = DraftForm
    list_display = ["title", "kind", "version", "state", "starts_at", "needs_acceptance", "review_link"]
    list_filter = ["kind", "needs_acceptance"]
    search_fields = ["title", "body"]
    ordering = ["kind", "-version"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[LegalDocument]:
        """With what the state of each rests on, so that a long list asks no more than a short one."""
        later = LegalDocument.objects.filter(
            kind=OuterRef("kind"), version__gt=OuterRef("version"), starts_at__lte=clock.now()
        )
        documents = cast("QuerySet[LegalDocument]", super().get_queryset(request))
        return documents.annotate(is_replaced=Exists(later))

    def get_urls(self) -> list[URLPattern]:
        """The review page beside Django's own."""
        review = self.admin_site.admin_view(self.review)
        own = [path("<int:document_id>/review/", review, name="accounts_legaldocument_review")]
        return own + cast("list[URLPattern]", super().get_urls())

    def has_change_permission(self, request: HttpRequest, obj: LegalDocument | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.starts_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: LegalDocument | None = None) -> bool:
        return False  # a draft is thrown away on its review page

    def get_readonly_fields(self, request: HttpRequest, obj: LegalDocument | None = None) -> list[str]:
        return ["kind"] if obj else []

    def save_model(self, request: HttpRequest, obj: LegalDocument, form: Any, change: bool) -> None:
        """See save_form: the service has saved."""

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> LegalDocument:
        """Save by the service; admin's own transaction is around it."""
        text = {name: value for name, value in form.cleaned_data.items() if name != "kind"}
        kind = form.instance.kind if change else form.cleaned_data["kind"]
        return services.draft_document(operator=cast(User, request.user), kind=kind, **text)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A document has none."""

    @admin.display(description="State")
    def state(self, document: Any) -> str:
        return _state(document, clock.now(), is_replaced=document.is_replaced).label

    @admin.display(description="Review")
    def review_link(self, document: LegalDocument) -> SafeString:
        address = reverse("admin:accounts_legaldocument_review", args=[document.pk])
        return format_html('<a href="{}">Preview, changes, schedule</a>', address)

    def review(self, request: HttpRequest, document_id: int) -> HttpResponse:
        """One version as people see it, what it changes, and the buttons for what is possible with it."""
        document = LegalDocument.objects.select_related("announcement").filter(pk=document_id).first()
        if document is None or not self.has_view_permission(request):
            raise NotFound
        form = ScheduleForm(request.POST or None)
        status = 200
        if request.method == "POST":
            try:
                return self._decide(request, document, form)
            except DomainError as refusal:
                messages.error(request, f"{refusal.message} {refusal.next_step}")
                status = refusal.status
        facts = {**self.admin_site.each_context(request), **review_page(document), "opts": self.opts}
        facts |= {"form": form, "may_change": super().has_change_permission(request)}
        return render(request, "accounts/admin_document.html", facts, status=status)

    def _decide(self, request: HttpRequest, document: LegalDocument, form: ScheduleForm) -> HttpResponse:
        if not super().has_change_permission(request):
            raise NotFound
        here = reverse("admin:accounts_legaldocument_review", args=[document.pk])
        match request.POST.get("decision"):
            case "schedule" if form.is_valid():
                services.schedule_document(
                    operator=cast(User, request.user),
                    document_id=document.pk,
                    starts_at=form.cleaned_data["starts_at"],
                    now=clock.now(),
                )
                messages.success(
                    request, "Scheduled and announced: everybody with an account is told by mail."
                )
            case "withdraw":
                services.withdraw_document(document_id=document.pk, now=clock.now())
                messages.success(request, "It is a draft again.")
            case "discard":
                services.discard_draft(document_id=document.pk)
                messages.success(request, "The draft is gone.")
                return HttpResponseRedirect(reverse("admin:accounts_legaldocument_changelist"))
            case _:
                raise DomainError("Choose a start.", next_step="Day and time, in UTC.")
        return HttpResponseRedirect(here)


def state_of(document: LegalDocument, now: datetime) -> LegalDocument.State:
    """Where `document` is in its life."""
    later = LegalDocument.objects.filter(kind=document.kind, version__gt=document.version, starts_at__lte=now)
    return _state(document, now, is_replaced=later.exists())


def _state(document: LegalDocument, now: datetime, *, is_replaced: bool) -> LegalDocument.State:
    if document.starts_at is None:
        return LegalDocument.State.DRAFT
    if document.starts_at > now:
        return LegalDocument.State.SCHEDULED
    return LegalDocument.State.REPLACED if is_replaced else LegalDocument.State.IN_FORCE


def review_page(document: LegalDocument) -> dict[str, Any]:
    """What the review page draws: the very pages that people see, and what may be done."""
    earlier = previous_version(document)
    state = state_of(document, clock.now())
    return {
        **document_page(document),
        **(changes_page(document, earlier) if earlier else {"passages": None}),
        "title": str(document),
        "state": state,
        "announcement": Announcement.objects.filter(document=document).first(),
        "accepted": document.acceptances.filter(how=Acceptance.How.ACCEPTED).count(),
        "told": document.acceptances.filter(how=Acceptance.How.TOLD).count(),
    }


@admin.register(Acceptance)
class AcceptanceAdmin(ReadOnly):
    """Who accepted what, when and from where; exported as CSV with the filters that are set."""

    list_display = ["user", "document", "how", "accepted_at", "ip", "user_agent"]
    list_filter = ["document__kind", "how", "accepted_at"]
    list_select_related = ["user", "document"]
    search_fields = ["user__handle", "user__email", "ip", "document__title"]
    change_list_template = "accounts/admin_acceptances.html"

    def get_urls(self) -> list[URLPattern]:
        """The export beside Django's own."""
        export = self.admin_site.admin_view(self.export)
        return [
            path("export.csv", export, name="accounts_acceptance_export"),
            *cast("list[URLPattern]", super().get_urls()),
        ]

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        """Every acceptance that the list's filters show, oldest first."""
        if not self.has_view_permission(request):
            raise NotFound
        rows = self.get_changelist_instance(request).get_queryset(request).order_by("pk")
        answer = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="acceptances.csv"'
        return answer


COLUMNS = ["id", "person", "handle", "kind", "version", "title", "how", "at", "ip", "user_agent"]


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: "QuerySet[Acceptance]") -> Iterator[str]:
    """The rows as CSV, a few thousand in memory at a time."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for row in rows.select_related("user", "document").iterator(chunk_size=CSV_AT_ONCE):
        at = row.accepted_at.astimezone(UTC).isoformat()
        facts = [row.pk, row.user_id, row.user.handle, row.document.kind, row.document.version]
        said = [row.document.title, row.how, at, row.ip or "", row.user_agent]
        yield writer.writerow([*facts, *(_inert(text) for text in said)])


def _inert(text: str) -> str:
    """No cell is a formula to the program that opens the file."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


class AgeRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A country's new rule, and why."""

    country = forms.ChoiceField(
        required=False,
        choices=[("", "Everywhere else"), *COUNTRY_CHOICES],
        widget=UnfoldAdminSelectWidget,
    )
    follows_default = forms.BooleanField(
        required=False,
        help_text="The country has no rule of its own any more: what holds everywhere else holds.",
    )
    guardian_from = forms.IntegerField(
        required=False,
        min_value=13,
        max_value=17,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="From this age on, 13 to 17, a guardian may consent. Empty: no guardian helps.",
    )
    reason = forms.CharField(
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
        help_text="Kept with your name: the law or the decision behind it.",
    )

    class Meta:
        model = AgeRule
        fields = [
            "country",
            "follows_default",
            "account_age",
            "buy_age",
            "gift_age",
            "cash_out_age",
            "guardian_from",
            "reason",
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ages = [cleaned.get(name) for name in ("account_age", "buy_age", "gift_age", "cash_out_age")]
        if not self.errors and not all(age is not None and 13 <= age <= 30 for age in ages):
            raise forms.ValidationError("Ages go from 13 to 30.")
        if (cleaned.get("cash_out_age") or 18) < 18:
            self.add_error("cash_out_age", "Cash-out needs 18 or more.")
        return cleaned


@admin.register(AgeRule)
class AgeRuleAdmin(ReadOnly):
    """How old one must be, by country. The newest row of a country counts; a change is a new row."""

    form = AgeRuleForm
    list_display = [
        "place",
        "account_age",
        "buy_age",
        "gift_age",
        "cash_out_age",
        "guardian_from",
        "made_at",
        "made_by",
        "reason",
    ]
    list_filter = ["country"]
    list_select_related = ["made_by"]

    @admin.display(description="Country", ordering="country")
    def place(self, rule: AgeRule) -> str:
        return (rule.country or "Everywhere else") + (" (as everywhere else)" if rule.follows_default else "")

    def has_add_permission(self, request: HttpRequest) -> bool:
        user = cast(User, request.user)
        return user.has_perm("accounts.add_agerule")

    def save_model(self, request: HttpRequest, obj: AgeRule, form: Any, change: bool) -> None:
        """See save_form: the service has saved."""

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> AgeRule:
        """Save by the service."""
        return services.set_age_rule(operator=cast(User, request.user), now=clock.now(), **form.cleaned_data)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A rule has none."""


@admin.register(SpendingFreeze)
class SpendingFreezeAdmin(ReadOnly):
    """Why whose spending is, or was, frozen."""

    list_display = ["user", "reason", "at", "lifted_at"]
    list_filter = ["reason", ("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__handle", "user__email"]


class RecordsInline(TabularInline):  # type: ignore[misc]
    """What the guardian did, under the guardianship."""

    model = GuardianRecord
    extra = 0
    can_delete = False
    fields = ["kind", "at", "guardian_name", "guardian_email", "relation", "budget", "ip", "user_agent"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Guardianship)
class GuardianshipAdmin(ReadOnly):
    """Who answers for which young person, what they allow, and all they did."""

    list_display = [
        "minor",
        "state",
        "guardian_email",
        "relation",
        "day_coins",
        "week_coins",
        "month_coins",
        "since",
    ]
    list_filter = ["state", "relation"]
    list_select_related = ["minor"]
    search_fields = ["minor__handle", "minor__email", "guardian_email", "guardian_name"]
    inlines = [RecordsInline]


@admin.register(GuardianAsk)
class GuardianAskAdmin(ReadOnly):
    """Whom young people asked. The token's digest is nobody's to see."""

    list_display = ["minor", "guardian_email", "asked_at", "expires_at", "is_used", "closed_at", "ip"]
    list_filter = ["is_used"]
    list_select_related = ["minor"]
    search_fields = ["minor__handle", "minor__email", "guardian_email"]
    exclude = ["nonce", "token_digest"]
