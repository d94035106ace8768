"""Pages: settings, legal documents."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts import services
from accounts.models import LegalDocument, User
from accounts.security_page import security_facts
from accounts.selectors import documents_in_force, documents_to_accept
from ground import clock


@login_required
@require_GET
def settings_menu(request: HttpRequest) -> HttpResponse:
    """The menu on a phone; on a desktop it stands beside each page."""
    return render(request, "accounts/settings.html", {"section": "menu"})


@login_required
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Password, second factor, recovery codes and trusted browsers."""
    facts = security_facts(request, _person(request)) | {"section": "security"}
    return render(request, "accounts/security.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """What was accepted and when; POST accepts one document in the version shown."""
    user = _person(request)
    now = clock.now()
    if request.method == "POST":
        version = request.POST.get("version", "")
        services.accept_document(
            user=user,
            kind=request.POST.get("kind", ""),
            version=int(version) if version.isdecimal() else 0,
            now=now,
            ip=get_adapter().get_client_ip(request),
        )
        messages.success(request, "Accepted.")
        return redirect("accounts:terms")
    missing = {document.pk for document in documents_to_accept(user, list(LegalDocument.Kind), now)}
    accepted_at = dict(user.acceptances.values_list("document_id", "accepted_at"))
    documents = [
        {
            "document": document,
            "accepted_at": accepted_at.get(document.pk),
            "is_missing": document.pk in missing,
        }
        for document in documents_in_force(now)
    ]
    return render(request, "accounts/terms.html", {"documents": documents, "section": "terms"})


@require_GET
def legal_document(request: HttpRequest, kind: str) -> HttpResponse:
    """One legal document in force, for anybody."""
    document = LegalDocument.objects.in_force(clock.now()).filter(kind=kind).first()
    if document is None:
        raise Http404
    return render(
        request, "accounts/legal_document.html", {"document": document, "blocks": document.blocks()}
    )


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
