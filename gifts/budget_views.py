"""The budgets page: what one allows oneself, pauses, and what waits for its day."""

from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from gifts import budgets
from gifts.budget_forms import BudgetForm, CreatorBudgetForm, PauseForm
from gifts.budget_models import BudgetChange
from gifts.budget_rows import budgets_of
from gifts.errors import BudgetChangeOver
from ground import clock
from ground.errors import DomainError
from wallet import caps, limits_page
from wallet.errors import PauseStands
from wallet.models import SpendingPause
from wallet.services import pausing

PAGE = "gifts:budgets"
REFUSED = (
    "That is no budget. Write a number of coins, or leave the field empty for none. Nothing was changed."
)


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Every budget as it stands, and what can be done."""
    return _show(request, CreatorBudgetForm(initial={"period": "month"}))


@login_required
@require_POST
def set_one(request: HttpRequest) -> HttpResponse:
    """Set, change or take away one of the budgets that everybody may have."""
    form = BudgetForm(request.POST)
    if not form.is_valid():
        messages.error(request, REFUSED)
        return redirect(PAGE)
    return _set(request, form.which(), form.cleaned_data["coins"])


@login_required
@require_POST
def set_for_creator(request: HttpRequest) -> HttpResponse:
    """The same for one creator."""
    form = CreatorBudgetForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=400)
    return _set(request, form.which(), form.cleaned_data["coins"])


@login_required
@require_POST
def take_back(request: HttpRequest, change_id: int) -> HttpResponse:
    """Give up a change that waits."""
    try:
        budgets.take_back(fan=_person(request), change_id=change_id, now=clock.now())
    except BudgetChangeOver as refusal:
        messages.warning(request, f"{refusal.message} {refusal.next_step}")
    else:
        messages.success(request, "Taken back. Your budget stays as it is.")
    return redirect(PAGE)


@login_required
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Spend nothing for a while; a self-exclusion is confirmed on a page of its own."""
    form = PauseForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose how long. Nothing was changed.")
        return redirect(PAGE)
    length = pausing.LENGTHS[form.cleaned_data["length"]]
    if not form.cleaned_data["is_meant"]:
        facts = {"length": length, "is_exclusion": length.kind == SpendingPause.Kind.SELF_EXCLUSION}
        return render(request, "gifts/pause.html", facts | {"help": limits_page.help_words()})
    try:
        pausing.start_pause(user=_person(request), length=length.code, now=clock.now())
    except DomainError as refusal:
        messages.warning(request, f"{refusal.message} {refusal.next_step}")
    else:
        messages.success(request, "Done. From this moment you can buy nothing and give nothing.")
    return redirect(PAGE)


@login_required
@require_POST
def end_pause(request: HttpRequest) -> HttpResponse:
    """Ask for the end of a self-exclusion whose term is over."""
    try:
        ending = pausing.wish_for_end(user=_person(request), now=clock.now())
    except PauseStands as refusal:
        messages.warning(request, f"{refusal.message} {refusal.next_step}")
    else:
        assert ending.lifts_at is not None
        messages.success(request, f"Your self-exclusion ends on {_local(request, ending.lifts_at)}.")
    return redirect(PAGE)


def _set(request: HttpRequest, which: budgets.Which, coins: int | None) -> HttpResponse:
    try:
        change = budgets.set_budget(fan=_person(request), which=which, coins=coins, now=clock.now())
    except DomainError as refusal:
        messages.error(request, f"{refusal.message} {refusal.next_step}")
        return redirect(PAGE)
    if change is None:
        messages.info(request, "Your budget stays as it is.")
    elif change.state == BudgetChange.State.PENDING:
        messages.success(request, f"Noted. It counts from {_local(request, change.takes_force_at)} on.")
    else:
        messages.success(request, "Saved. It counts from now on.")
    return redirect(PAGE)


def _show(request: HttpRequest, form: CreatorBudgetForm, status: int = 200) -> HttpResponse:
    person, now = _person(request), clock.now()
    rows = budgets_of(person, now)
    running = pausing.running_pause(person, now)
    facts: dict[str, Any] = {
        "section": "budgets",
        "overall": [row for row in rows if row.creator is None],
        "creators": [row for row in rows if row.creator is not None],
        "form": form,
        "caps": caps.caps_of(person, now),
        "pause": running,
        "may_end": running is not None
        and running.kind == SpendingPause.Kind.SELF_EXCLUSION
        and running.lifts_at is None
        and running.term_ends_at <= now,
        "cool_offs": [one for one in pausing.LENGTHS.values() if one.kind == SpendingPause.Kind.COOL_OFF],
        "exclusions": [one for one in pausing.LENGTHS.values() if one.kind != SpendingPause.Kind.COOL_OFF],
        "help": limits_page.help_words(),
        "time_zone": person.time_zone,
    }
    return render(request, "gifts/budgets.html", facts, status=status)


def _local(request: HttpRequest, moment: Any) -> str:
    zone = _person(request).time_zone
    return f"{date_format(timezone.localtime(moment, ZoneInfo(zone)), 'j F, H:i')} ({zone})"


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
