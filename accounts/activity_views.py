"""Pages: where a person is signed in, what happened to their account, their anti-phishing phrase."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts import activity as activity_reads
from accounts import services, sessions
from accounts.errors import PhraseIsPassword
from accounts.forms import PhraseForm
from accounts.letters import phrase_of
from accounts.models import User
from ground import clock

SESSIONS_SHOWN = 20
EVENTS_A_PAGE = 25


@login_required
@require_GET
def activity(request: HttpRequest) -> HttpResponse:
    """Sessions, the phrase, and the newest events; `?only=sign-ins` and `?before=` choose which."""
    return _page(request, PhraseForm(initial={"phrase": phrase_of(_person(request))}))


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out of one session."""
    services.end_session(user=_person(request), session_id=session_id, now=clock.wall(), request=request)
    messages.success(request, "Signed out there.")
    return redirect("accounts:activity")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End every session of the person but this one."""
    services.end_other_sessions(
        user=_person(request), keep=request.session.session_key, now=clock.wall(), request=request
    )
    messages.success(request, "Signed out everywhere else.")
    return redirect("accounts:activity")


@login_required
@require_POST
def set_phrase(request: HttpRequest) -> HttpResponse:
    """Choose, change or remove the anti-phishing phrase."""
    form = PhraseForm(request.POST)
    is_removed = "remove" in request.POST
    if not is_removed and not form.is_valid():
        return _page(request, form)
    phrase = "" if is_removed else form.cleaned_data["phrase"]
    try:
        services.set_phrase(user=_person(request), phrase=phrase, now=clock.now(), request=request)
    except PhraseIsPassword as refusal:
        form.add_error("phrase", f"{refusal.message} {refusal.next_step}")
        return _page(request, form)
    messages.success(
        request,
        "From now on it stands in every mail from us." if phrase else "Our mails carry no phrase now.",
    )
    return redirect("accounts:activity")


def _page(request: HttpRequest, form: PhraseForm) -> HttpResponse:
    user, now = _person(request), clock.wall()
    current_key = request.session.session_key
    mine = sessions.open_sessions(user, now)
    rows = [
        *mine.filter(session_key=current_key),
        *mine.exclude(session_key=current_key)[:SESSIONS_SHOWN],
    ]
    facts = {
        "section": "activity",
        "sessions": sessions.in_words(rows, current_key=current_key, now=now),
        "phrase_form": form,
        "phrase": phrase_of(user),
        "kept_days": settings.SECURITY_EVENTS_KEPT_DAYS,
    }
    return render(request, "accounts/activity.html", facts | _events(request, user))


def _events(request: HttpRequest, user: User) -> dict[str, Any]:
    only_sign_ins = request.GET.get("only") == "sign-ins"
    before = request.GET.get("before", "")
    events = activity_reads.security_events(user, only_sign_ins=only_sign_ins)
    if before.isdecimal() and len(before) < 19:
        events = events.filter(pk__lt=int(before))
    page = list(events[: EVENTS_A_PAGE + 1])
    chosen = "only=sign-ins&" if only_sign_ins else ""
    more = f"?{chosen}before={page[EVENTS_A_PAGE - 1].pk}#events" if len(page) > EVENTS_A_PAGE else ""
    first = f"{reverse('accounts:activity')}?{chosen.rstrip('&')}#events"
    return {
        "events": [activity_reads.in_words(event) for event in page[:EVENTS_A_PAGE]],
        "only_sign_ins": only_sign_ins,
        "next_url": more,
        "previous_url": first if before else "",
    }


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
