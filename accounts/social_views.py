"""Pages: what others see of me, whom I blocked, who follows whom. The buttons work without JavaScript."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import follows, services
from accounts.errors import AlreadyYourself
from accounts.hooks import Panel
from accounts.models import User
from accounts.privacy import settings_of
from accounts.social_forms import BlockForm, PrivacyForm
from ground import clock

PEOPLE_A_PAGE = 30
LONGEST_CURSOR = 18  # digits


@login_required
@require_http_methods(["GET", "POST"])
def privacy(request: HttpRequest) -> HttpResponse:
    """Who may see, comment and gift, and how one appears."""
    user = _person(request)
    form = PrivacyForm(request.POST or None, settings=settings_of(user))
    if request.method == "POST" and form.is_valid():
        services.update_privacy(person=user, **form.cleaned_data)
        messages.success(request, "Saved. It counts from now on, everywhere.")
        return redirect("accounts:privacy")
    facts = {"form": form, "section": "privacy", "blocked": user.blocks.count()}
    return render(request, "accounts/privacy.html", facts, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def blocked(request: HttpRequest) -> HttpResponse:
    """Whom one blocked; POST blocks somebody by their handle."""
    user = _person(request)
    form = BlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        other = User.objects.filter(handle=form.cleaned_data["handle"], is_active=True).first()
        if other is None:
            form.add_error("handle", "There is nobody with this handle.")
        elif other == user:
            form.add_error("handle", AlreadyYourself.message)
        else:
            return _block(request, other)
    page, pager = _page(request, follows.blocks_by(user))
    facts = {"form": form, "section": "privacy", "blocks": page, **pager}
    return render(request, "accounts/blocked.html", facts, status=400 if form.errors else 200)


@login_required
@require_POST
def unblock(request: HttpRequest, handle: str) -> HttpResponse:
    """Take a block back. The answer is the same whether there was one."""
    other = User.objects.filter(handle=handle.lower()).first()
    if other is not None:
        services.unblock(blocker=_person(request), blocked=other)
    messages.success(request, f"@{handle.lower()} is not blocked any more.")
    return redirect("accounts:blocked")


@login_required
@require_POST
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """Follow a person, or with `deed=unfollow` follow them no more; back to the page it was pressed on."""
    user = _person(request)
    if request.POST.get("deed") == "unfollow":
        other = User.objects.filter(handle=handle.lower()).first()
        if other is not None:
            services.unfollow(follower=user, followed=other)
    else:
        followed = follows.person_named(handle, viewer=user)
        services.follow(follower=user, followed=followed, now=clock.now())
    return redirect(_way_back(request, reverse("accounts:profile", args=[handle.lower()])))


@login_required
@require_POST
def block(request: HttpRequest, handle: str) -> HttpResponse:
    """Block a person from their page."""
    return _block(request, follows.person_named(handle, viewer=_person(request)))


@require_GET
def followers(request: HttpRequest, handle: str) -> HttpResponse:
    """Who follows a person, for those who may see both."""
    person = _who_shows_activity(request, handle)
    page, pager = _page(request, follows.followers_of(person, viewer=request.user))
    people = [(follow.follower, follow.since) for follow in page]
    return _people_page(request, person, "followers", people, pager)


@require_GET
def following(request: HttpRequest, handle: str) -> HttpResponse:
    """Whom a person follows, for those who may see both."""
    person = _who_shows_activity(request, handle)
    page, pager = _page(request, follows.followed_by(person, viewer=request.user))
    people = [(follow.followed, follow.since) for follow in page]
    return _people_page(request, person, "following", people, pager)


def profile_panel(request: HttpRequest, person: User) -> list[Panel]:
    """Counts, the follow button and the way to block, on a person's public page."""
    values = {
        "person": person,
        "standing": follows.standing(request.user, person),
        "counts": follows.counts(person, viewer=request.user),
        "style": "css/pages/social.css",
    }
    return [Panel("accounts/social_panel.html", values)]


def _block(request: HttpRequest, other: User) -> HttpResponse:
    services.block(blocker=_person(request), blocked=other, now=clock.now())
    messages.success(request, f"@{other.handle} is blocked. You do not see each other any more.")
    return redirect("accounts:blocked")


def _who_shows_activity(request: HttpRequest, handle: str) -> User:
    person = follows.person_named(handle, viewer=request.user)
    follows.require_activity_shown(person, viewer=request.user)
    return person


def _people_page(
    request: HttpRequest, person: User, which: str, people: list[Any], pager: dict[str, str]
) -> HttpResponse:
    facts = {"person": person, "which": which, "people": people, **pager}
    return render(request, "accounts/people.html", facts)


def _page[R: Any](request: HttpRequest, rows: QuerySet[R]) -> tuple[list[R], dict[str, str]]:
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) <= LONGEST_CURSOR:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PEOPLE_A_PAGE + 1])
    page = found[:PEOPLE_A_PAGE]
    next_url = f"?before={page[-1].pk}" if len(found) > PEOPLE_A_PAGE else ""
    return page, {"next_url": next_url, "previous_url": request.path if before else ""}


def _way_back(request: HttpRequest, otherwise: str) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else otherwise


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
