"""Pages: one's own account, a person's public page, the files of avatars."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.cache import cache_control
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts import hooks, pictures, services, share_cards
from accounts.countries import COUNTRIES
from accounts.models import User
from accounts.profile_forms import AvatarForm, HandleForm, ProfileForm
from accounts.selectors import person_shown
from accounts.sign_in_views import ways_in
from ground import clock
from ground.errors import DomainError

A_YEAR_S = 365 * 24 * 3600
A_DAY_S = 24 * 3600
# An address that is opened by itself shows a picture and can do nothing else.
PICTURE_CSP: dict[str, list[str]] = {"default-src": [CSP.NONE], "sandbox": [""]}


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Picture, name, bio, country, language, time zone; handle and address."""
    user = _person(request)
    form = ProfileForm(request.POST or None, person=user)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_profile(user=user, now=clock.now(), **form.cleaned_data)
        except DomainError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, "Saved.")
            return redirect("accounts:account")
    return _account_page(request, profile=form)


@login_required
@require_POST
def avatar(request: HttpRequest) -> HttpResponse:
    """Take an uploaded picture as the avatar."""
    form = AvatarForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.set_avatar(user=_person(request), content=form.content(), crop=form.crop())
        except DomainError as refusal:
            _refuse(form, refusal, "picture")
        else:
            messages.success(request, "This is your new picture.")
            return redirect("accounts:account")
    return _account_page(request, avatar=form)


@login_required
@require_POST
def remove_avatar(request: HttpRequest) -> HttpResponse:
    """Go back to the drawn portrait."""
    services.remove_avatar(user=_person(request))
    messages.success(request, "Your picture is gone. Everybody sees your drawn portrait.")
    return redirect("accounts:account")


@login_required
@require_POST
def handle(request: HttpRequest) -> HttpResponse:
    """Take another handle."""
    form = HandleForm(request.POST)
    if form.is_valid():
        try:
            services.change_handle(
                user=_person(request), handle=form.cleaned_data["handle"], now=clock.now(), request=request
            )
        except DomainError as refusal:
            _refuse(form, refusal, "handle")
        else:
            messages.success(request, f"You are @{_person(request).handle} now.")
            return redirect("accounts:account")
    return _account_page(request, handle=form)


@require_GET
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """A person's public page; under a handle they gave up lately, the way to it."""
    person, is_former = person_shown(handle, viewer=request.user, now=clock.now())
    if is_former:
        return redirect("accounts:profile", person.handle)
    room_url = next((url for url in hooks.live_room_url.call_all(person) if url), None)
    page_url = settings.SITE_URL + reverse("accounts:profile", args=[person.handle])
    facts: dict[str, Any] = {
        "person": person,
        "room_url": room_url,
        "page_url": page_url,
        "card_url": f"{page_url}/card.png?v={share_cards.version_of(person)}",
        "panels": [panel for panels in hooks.profile_panels.call_all(request, person) for panel in panels],
    }
    return render(request, "accounts/profile.html", facts)


@require_safe
@cache_control(public=True, max_age=A_DAY_S)
def card(request: HttpRequest, handle: str) -> HttpResponse:
    """The picture that other sites show beside a link to a profile; only of profiles that everybody sees."""
    person, is_former = person_shown(handle, viewer=None, now=clock.now())
    if is_former:
        return redirect("accounts:profile-card", person.handle)
    return HttpResponse(share_cards.of_person(person), content_type="image/png")


@require_safe
@cache_control(public=True, max_age=A_YEAR_S, immutable=True)
@csp_override(PICTURE_CSP)
def avatar_file(request: HttpRequest, folder: str, name: str, edge_px: str) -> HttpResponse:
    """One file of an avatar. Its name changes with its content, so it is kept for good."""
    try:
        content = pictures.read(name, int(edge_px))
    except FileNotFoundError as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/webp")


def _account_page(request: HttpRequest, **forms: Any) -> HttpResponse:
    user = _person(request)
    due = services.next_handle_change(user)
    facts = {
        "section": "account",
        "form": forms.get("profile") or ProfileForm(person=user),
        "avatar_form": forms.get("avatar") or AvatarForm(),
        "handle_form": forms.get("handle") or HandleForm(),
        "handle_due": due if due is not None and due > clock.now() else None,
        "country": COUNTRIES.get(user.country, "–"),
        **ways_in(request, user),
    }
    refused = any(form.errors for form in forms.values())
    return render(request, "accounts/account.html", facts, status=400 if refused else 200)


def _refuse(form: Any, refusal: DomainError, field: str | None = None) -> None:
    form.add_error(field, f"{refusal.message} {refusal.next_step}".strip())


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
