"""Pages: a copy of one's data, and closing the account."""

import uuid
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.hooks import Hindrance
from accounts.models import User
from accounts.proof import recent_proof_required
from accounts.services import record_security_event
from care.data_forms import CloseForm, GiveUpForm
from care.giving_up import give_up
from care.models.exports import KEPT, DataExport
from care.services.closing import ask_for_closing, hindrances_of
from care.services.exports import ask_for_export, exports_of, open_export
from ground import clock
from ground.errors import DomainError
from look import money

SHOWN = 5  # exports on the page
DAY_KEY = "care.closing_day"


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


@login_required
@never_cache
@require_GET
def your_data(request: HttpRequest) -> HttpResponse:
    """What can be done with one's own data: take it along, or have it erased."""
    now = clock.wall()
    exports = list(exports_of(_person(request))[:SHOWN])
    facts = {
        "section": "your-data",
        "exports": [{"row": one, "is_ready": one.is_ready(now), "share": _share(one)} for one in exports],
        "is_running": any(one.is_running for one in exports),
        "kept_days": KEPT.days,
        "grace_days": settings.CLOSING_GRACE_DAYS,
    }
    return render(request, "care/your_data.html", facts)


@login_required
@require_POST
@recent_proof_required
def ask(request: HttpRequest) -> HttpResponse:
    """Have a copy built."""
    ask_for_export(user=_person(request), now=clock.wall())
    messages.success(
        request, "We are building your copy. You can leave this page; we write to you when it is ready."
    )
    return redirect("care:your-data")


@login_required
@never_cache
@require_GET
@recent_proof_required
def fetch(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """The ZIP, for the person it is about."""
    export, content = open_export(user=_person(request), export_id=export_id, now=clock.wall())
    record_security_event(
        user=_person(request), kind="data_export_fetched", now=clock.wall(), request=request
    )
    answer = FileResponse(content, as_attachment=True, filename=file_name(export.asked_at.date().isoformat()))
    return cast(HttpResponse, answer)


def file_name(day: str) -> str:
    """What the file is called on the person's own machine."""
    return f"ovation-data-{day}.zip"


@login_required
@never_cache
@require_GET
def close(request: HttpRequest) -> HttpResponse:
    """Step 1: what must be settled first."""
    return _close_page(request)


@login_required
@require_POST
@recent_proof_required
def give_up_rest(request: HttpRequest) -> HttpResponse:
    """Give up what is left of coins or diamonds."""
    form = GiveUpForm(request.POST)
    if not form.is_valid():
        return _close_page(request, unit=request.POST.get("unit", ""), error=_first_error(form), status=422)
    unit = form.cleaned_data["unit"]
    key = str(form.cleaned_data["key"])
    try:
        given = give_up(
            user=_person(request), unit=unit, amount=form.cleaned_data["amount"], key=key, now=clock.now()
        )
    except DomainError as refusal:
        words = f"{refusal.message} {refusal.next_step}"
        return _close_page(request, unit=unit, error=words, status=refusal.status)
    messages.success(request, f"You gave up {money.spoken(given, unit)}.")
    return redirect("care:close")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Steps 2 and 3: what happens when, a proof of who it is, and the account is closed."""
    if hindrances_of(_person(request)):
        return redirect("care:close")
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _closed(request)
    facts = {
        "form": form,
        "steps": _what_happens(),
        "person": _person(request),
    }
    return render(request, "care/close_confirm.html", facts, status=422 if form.errors else 200)


@never_cache
@require_GET
def closed(request: HttpRequest) -> HttpResponse:
    """Where a person stands after closing: signed out, and told until when they can come back."""
    return render(request, "care/closed.html", {"day": request.session.get(DAY_KEY, "")})


@recent_proof_required
def _closed(request: HttpRequest) -> HttpResponse:
    closing = ask_for_closing(user=_person(request), now=clock.now(), request=request)
    logout(request)
    request.session[DAY_KEY] = date_format(closing.erase_at, "j F Y")
    return redirect("care:closed")


def _what_happens() -> list[dict[str, str]]:
    """What closing brings, as a timeline that is all to come."""
    days = settings.CLOSING_GRACE_DAYS
    day = date_format(clock.now() + timedelta(days=days), "j F Y")
    stays = (
        "Amounts and dates of payments stay, without your name, as the law asks. "
        "Nobody can take your handle for a year."
    )
    steps = [
        ("log-out", "At once", "You are signed out everywhere, and nobody sees you."),
        ("undo-2", f"For {days} days", "Sign in, and all is as it was."),
        ("trash-2", f"On {day}", f"Everything about you is erased. {stays}"),
    ]
    return [{"icon": icon, "title": title, "why": why, "status": "to-come"} for icon, title, why in steps]


def _close_page(request: HttpRequest, *, unit: str = "", error: str = "", status: int = 200) -> HttpResponse:
    found = hindrances_of(_person(request))
    facts: dict[str, Any] = {
        "hindrances": [
            {"one": one, "error": error if one.unit == unit else "", "number": _number(one)} for one in found
        ],
        "error": error if unit not in {one.unit for one in found} else "",
        "key": uuid.uuid4(),
        "grace_days": settings.CLOSING_GRACE_DAYS,
    }
    return render(request, "care/close.html", facts, status=status)


def _number(hindrance: Hindrance) -> str:
    """The amount as it is to be typed."""
    return money.number(hindrance.amount, hindrance.unit) if hindrance.unit else ""


def _share(export: DataExport) -> int:
    """How much is done, in percent: parts, since nobody knows beforehand how many rows there are."""
    return export.parts_done * 100 // export.parts_total if export.parts_total else 0


def _first_error(form: GiveUpForm) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)
