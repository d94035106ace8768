"""Drawn portraits and covers for scripts and link cards, and the living style page of demo and test."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from look import portraits, style_page
from look.anonymous import ANONYMOUS_SVG

A_WEEK_S = 7 * 24 * 3600


@require_safe
@cache_control(public=True, max_age=A_WEEK_S, immutable=True)
def avatar(request: HttpRequest, seed: str) -> HttpResponse:
    """The portrait of `seed` (a user's primary key)."""
    return HttpResponse(portraits.avatar_svg(seed), content_type="image/svg+xml")


@require_safe
@cache_control(public=True, max_age=A_WEEK_S, immutable=True)
def anonymous(request: HttpRequest) -> HttpResponse:
    """The portrait of whoever is not named: the same for all."""
    return HttpResponse(ANONYMOUS_SVG, content_type="image/svg+xml")


@require_safe
@cache_control(public=True, max_age=A_WEEK_S, immutable=True)
def cover(request: HttpRequest, seed: str) -> HttpResponse:
    """The cover of `seed` (a room's primary key); `?motif=` picks one of covers.MOTIFS."""
    return HttpResponse(portraits.cover_svg(seed, request.GET.get("motif", "")), content_type="image/svg+xml")


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Every piece in its states, light and dark: what page authors look at and pictures are compared with."""
    return render(request, "look/style.html", style_page.context())
