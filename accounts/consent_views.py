"""Pages about legal documents: reading them, what changed, accepting, what was accepted."""

from collections.abc import Callable, Mapping
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from accounts import selectors, services
from accounts.client import origin_of
from accounts.differences import differences, only_changes
from accounts.errors import DocumentChanged, TermsRequired
from accounts.guardian_errors import GuardianRequired
from accounts.models import LegalDocument, User
from ground import clock
from ground.problems import API_PREFIXES

HISTORY = 50


@login_required
@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """What is in force, what comes, and all that was accepted; POST accepts one document in the version shown."""
    user, now = cast(User, request.user), clock.now()
    if request.method == "POST":
        versions = {request.POST.get("kind", ""): _number(request.POST.get("version", ""))}
        services.accept_documents(user=user, versions=versions, now=now, origin=origin_of(request))
        messages.success(request, "Accepted.")
        return redirect("accounts:terms")
    records = list(user.acceptances.select_related("document").order_by("-accepted_at", "-pk")[:HISTORY])
    by_document = {record.document_id: record for record in records}
    facts = {
        "section": "terms",
        "in_force": _with_records(selectors.documents_in_force(now), by_document),
        "coming": _with_records(selectors.documents_coming(now), by_document),
        "records": records,
    }
    return render(request, "accounts/terms.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """New versions with what changed in each, accepted together; then back to where the person was.

    `kinds` names which (all, without it); `next` where to go on. POST carries one `version.<kind>` for each shown.
    """
    user, now = cast(User, request.user), clock.now()
    onward = safe_next(request)
    if request.method == "POST":
        versions = {
            kind: _number(request.POST.get(f"version.{kind}", "")) for kind in request.POST.getlist("kind")
        }
        try:
            services.accept_documents(user=user, versions=versions, now=now, origin=origin_of(request))
        except DocumentChanged as refusal:
            messages.warning(request, f"{refusal.message} {refusal.next_step}")
            return redirect(request.get_full_path())
        messages.success(request, "Accepted. Go on where you were.")
        return redirect(onward)
    named = [kind for kind in request.GET.get("kinds", "").split(",") if kind in LegalDocument.Kind.values]
    missing = selectors.documents_to_accept(user, named or list(LegalDocument.Kind), now)
    if not missing:
        return redirect(onward)
    facts = {"entries": selectors.documents_with_last(user, missing), "next": onward}
    return render(request, "accounts/accept.html", facts)


@require_GET
def legal_document(request: HttpRequest, kind: str, version: int | None = None) -> HttpResponse:
    """One legal document, for anybody: the version in force, or a certain one that is announced or was in force."""
    now = clock.now()
    document = (
        LegalDocument.objects.in_force(now).filter(kind=kind).first()
        if version is None
        else _version(kind, version)
    )
    if document is None:
        raise Http404
    return render(request, "accounts/legal_document.html", document_page(document))


@require_GET
def legal_changes(request: HttpRequest, kind: str, version: int) -> HttpResponse:
    """What changed in a version against the one before it, or against version `from`."""
    document = _version(kind, version)
    since = _number(request.GET.get("from", ""))
    earlier = _version(kind, since) if 0 < since < version else None
    earlier = earlier or (selectors.previous_version(document) if document else None)
    if document is None or earlier is None:
        raise Http404
    return render(request, "accounts/legal_changes.html", changes_page(document, earlier))


def document_page(document: LegalDocument) -> dict[str, object]:
    """What the page of a document draws; the back office's preview draws the same."""
    now = clock.now()
    others = LegalDocument.objects.published().filter(kind=document.kind).exclude(pk=document.pk)
    return {
        "document": document,
        "blocks": document.blocks(),
        "is_coming": document.starts_at is not None and document.starts_at > now,
        "is_replaced": others.filter(version__gt=document.version, starts_at__lte=now).exists(),
        "earlier": selectors.previous_version(document),
        "others": others.order_by("-version")[:HISTORY],
    }


def changes_page(document: LegalDocument, earlier: LegalDocument) -> dict[str, object]:
    """What the page of changes draws."""
    return {
        "document": document,
        "earlier": earlier,
        "passages": only_changes(differences(earlier.body, document.body)),
    }


def safe_next(request: HttpRequest) -> str:
    """Where a person wants to go on: an address of this site, else the settings' page of terms."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return reverse("accounts:terms")


class AskForConsentMiddleware:
    """On pages: who lacks an acceptance or a guardian is led to where it is given, and back afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.path.startswith(API_PREFIXES):
            return None
        if isinstance(exception, GuardianRequired):
            messages.info(request, f"{exception.message} {exception.next_step}")
            return redirect("accounts:settings-guardian")
        if isinstance(exception, TermsRequired):
            back = urlencode({"next": _came_from(request)})
            return redirect(f"{exception.extra['page']}&{back}")
        return None


def _came_from(request: HttpRequest) -> str:
    """The page to go back to: this one, or after a form the page that the form was on."""
    return request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "/")


def _with_records(documents: list[LegalDocument], records: Mapping[int, object]) -> list[dict[str, object]]:
    return [{"document": document, "record": records.get(document.pk)} for document in documents]


def _version(kind: str, version: int) -> LegalDocument | None:
    return LegalDocument.objects.published().filter(kind=kind, version=version).first()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0
