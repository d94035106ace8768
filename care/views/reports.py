"""Pages: “I did not do this”, and the way back into the account."""

from typing import Any, cast

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.not_me import about_in
from accounts.password_reset import ResetProcess
from accounts.recovery import NEW_PASSWORD, SECOND_FACTOR, steps_left
from accounts.selectors import recovery_address
from care import selectors, services, subjects
from care.errors import UnknownSubject
from care.forms import NotMeForm
from care.services.reporting import NotMe
from care.subjects import Subject
from ground import clock
from ground.errors import DomainError

WRONG_LINK = "This link is too old, or it was sent to another account. You can report here all the same."


@login_required
@require_http_methods(["GET", "POST"])
def not_me(request: HttpRequest) -> HttpResponse:
    """What did you not do? A POST stops everything, and leads to the way back."""
    person = _person(request)
    named = _named(request)
    shown = _choices(person, named)
    form = NotMeForm(request.POST or None, choices=[subject.about for subject in shown])
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.report_not_me(
                person=person,
                claim=NotMe(given["about"], given["words"]),
                session=request.session,
                request=request,
                key=given["key"],
                now=clock.now(),
            )
        except DomainError as error:
            refusal = error
        else:
            return redirect("care:recovery")
    facts = {
        "form": form,
        "refusal": refusal,
        "choices": [(subject, subject.about in (given_abouts(form) or named)) for subject in shown],
        "freeze": selectors.open_freeze(person),
        "section": "support",
    }
    return render(request, "care/not_me.html", facts, status=refusal.status if refusal else 200)


@login_required
@require_GET
def recovery(request: HttpRequest) -> HttpResponse:
    """What is stopped, what is left to do, and what happens next and when."""
    person = _person(request)
    left = steps_left(person)
    freeze = selectors.open_freeze(person)
    facts: dict[str, Any] = {
        "freeze": freeze,
        "case": freeze.case if freeze else None,
        "is_late": freeze is not None and freeze.case.is_late(clock.now()),
        "needs_password": NEW_PASSWORD in left,
        "needs_factor": SECOND_FACTOR in left,
        "step": 2 if NEW_PASSWORD in left else 3 if left else 4,
        "address": recovery_address(person),
    }
    return render(request, "care/recovery.html", facts)


@login_required
@require_POST
def new_password(request: HttpRequest) -> HttpResponse:
    """Send a code to the person's mailbox and end this session: what it proves, the session could not."""
    person = _person(request)
    address = recovery_address(person)
    limited = ratelimit.consume_or_429(request, action="reset_password", key=address.lower())
    if limited:
        return cast(HttpResponse, limited)
    logout(request)
    ResetProcess.initiate(request=request, user=person, email=address)
    back = urlencode({"next": reverse("care:recovery")})
    return redirect(f"{reverse('account_confirm_password_reset_code')}?{back}")


def given_abouts(form: NotMeForm) -> list[str]:
    """What was ticked in a form that comes back."""
    return form.data.getlist("about") if form.is_bound else []  # type: ignore[attr-defined]


def _named(request: HttpRequest) -> list[str]:
    """What the link that led here tells of."""
    token = request.GET.get("from")
    if token is None:
        return request.GET.getlist("about")[: subjects.MOST_SUBJECTS]
    about = about_in(token, _person(request))
    if about is None:
        messages.info(request, WRONG_LINK)
        return []
    return [about]


def _choices(person: User, named: list[str]) -> list[Subject]:
    """What was named first, then what happened last."""
    try:
        first = subjects.find(person, named)
    except UnknownSubject:
        first = []
    known = {subject.about for subject in first}
    return [subject for subject in first if subject.is_own_doing] + [
        subject for subject in subjects.recent(person) if subject.about not in known
    ]


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
