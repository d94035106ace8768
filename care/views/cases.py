"""Pages: one's cases, a new one, a case with its thread, and the files in it."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from rest_framework.request import Request

from accounts.models import User
from care import pages, selectors, services, subjects
from care.api.pagination import CasePages
from care.downloads import download
from care.errors import CoinsAreThere, UnknownSubject
from care.files import clean_files
from care.forms import MessageForm, NewCaseForm
from care.services.opening import NewCase
from care.services.steps import terms
from care.states import SUGGESTED, CaseKind, SubjectKind
from ground import clock
from ground.errors import DomainError
from wallet.services.recheck import Rechecked


class ShownCases(CasePages):
    page_size = 12


@login_required
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """One's cases, and where help begins."""
    person, pager = _person(request), ShownCases()
    found = pager.paginate_queryset(selectors.cases_of(person), Request(request))
    facts = {
        "section": "support",
        "cases": [pages.row(case, clock.now()) for case in found or []],
        "previous_url": pager.get_previous_link(),
        "next_url": pager.get_next_link(),
        "freeze": selectors.open_freeze(person),
    }
    return render(request, "care/cases.html", facts)


@login_required
@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Ask for help, about one thing or in general. A POST opens the case."""
    if request.method == "GET":
        abouts = request.GET.getlist("about")[: subjects.MOST_SUBJECTS]
        asked = {"abouts": " ".join(abouts), "kind": request.GET.get("kind") or _suggested(abouts)}
        return _show_new(request, NewCaseForm(initial=asked), abouts)
    form = NewCaseForm(request.POST, request.FILES)
    abouts = request.POST.get("abouts", "").split()
    if not form.is_valid():
        return _show_new(request, form, abouts, status=400)
    given = form.cleaned_data
    try:
        wish = NewCase(
            kind=CaseKind(given["kind"]),
            body=given["body"],
            abouts=given["abouts"],
            files=clean_files(given["files"]),
            insists=given["insists"],
        )
        case = services.open_case(person=_person(request), wish=wish, key=given["key"], now=clock.now())
    except CoinsAreThere as found:
        return _show_new(request, _insisting(request), abouts, refusal=found, status=found.status)
    except DomainError as refusal:
        return _show_new(request, form, abouts, refusal=refusal, status=refusal.status)
    messages.success(request, f"We have your message. Your case is {case.reference}.")
    return redirect("care:case", case.reference)


@login_required
@require_POST
def recheck(request: HttpRequest) -> HttpResponse:
    """Ask the payment provider about the order now, and show what it said beside the form."""
    order = request.POST.get("order", "")
    rechecked = services.recheck(person=_person(request), order_ref=order, now=clock.now())
    about = f"{SubjectKind.ORDER}:{rechecked.order.pk}"
    asked = {"abouts": about, "kind": CaseKind.COINS_NOT_CREDITED, "insists": True}
    return _show_new(request, NewCaseForm(initial=asked), [about], rechecked=rechecked)


@login_required
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """A case with its thread. A POST says something in it."""
    if request.method == "GET":
        return _show_case(request, reference, MessageForm())
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show_case(request, reference, form, status=400)
    given = form.cleaned_data
    try:
        services.add_message(
            person=_person(request),
            reference=reference,
            body=given["body"],
            files=clean_files(given["files"]),
            key=given["key"],
            now=clock.now(),
        )
    except DomainError as refusal:
        return _show_case(request, reference, form, refusal=refusal, status=refusal.status)
    return redirect(f"{reverse('care:case', args=[reference])}#last")


@login_required
@require_POST
def solve(request: HttpRequest, reference: str) -> HttpResponse:
    """“This is solved.”"""
    try:
        services.mark_solved(person=_person(request), reference=reference, now=clock.now())
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        messages.warning(request, f"{refusal.message} {refusal.next_step}")
    else:
        messages.success(request, "Closed. Thank you for telling us.")
    return redirect("care:case", reference)


@login_required
@require_GET
def file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """A file of a case, to keep: never shown inside a page of ours."""
    reader = _person(request)
    found = selectors.readable_file(reader, file_id, is_verified=reader.is_verified())
    return download(found.name, found.media_type, bytes(found.content))


def _show_new(
    request: HttpRequest,
    form: NewCaseForm,
    abouts: list[str],
    *,
    refusal: DomainError | None = None,
    rechecked: Rechecked | None = None,
    status: int = 200,
) -> HttpResponse:
    try:
        found = subjects.find(_person(request), abouts)
    except DomainError as unknown:
        if not isinstance(unknown, UnknownSubject) or request.method == "GET":
            raise
        found = []
    facts: dict[str, Any] = {
        "section": "support",
        "form": form,
        "subjects": found,
        "order": next((subject for subject in found if subject.kind == SubjectKind.ORDER), None),
        "refusal": refusal,
        "rechecked": rechecked,
        "terms": terms(),
    }
    return render(request, "care/new_case.html", facts, status=status)


def _show_case(
    request: HttpRequest,
    reference: str,
    form: MessageForm,
    *,
    refusal: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    thread = selectors.thread_of(_person(request), reference)
    facts = pages.thread(thread, clock.now()) | {"section": "support", "form": form, "refusal": refusal}
    return render(request, "care/case.html", facts, status=status)


def _suggested(abouts: list[str]) -> str:
    kind = abouts[0].partition(":")[0] if abouts else ""
    return SUGGESTED[SubjectKind(kind)] if kind in SubjectKind.values else CaseKind.OTHER


def _insisting(request: HttpRequest) -> NewCaseForm:
    """The same form once more, for whoever still wants to write."""
    again = request.POST.copy()
    again["insists"] = "on"
    return NewCaseForm(again)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
