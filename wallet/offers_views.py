"""Pages: offers, one campaign, challenges, and the badges on one's own page."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from ground import clock
from ground.errors import NotFound
from wallet import offer_pages, rates
from wallet.models import ChallengeAward
from wallet.services.challenges import show_badge


@require_GET
def offers(request: HttpRequest) -> HttpResponse:
    """What runs and what comes, for everybody."""
    reader, now = reader_of(request), clock.now()
    facts = {
        "offers": offer_pages.offers_shown(reader, now),
        "challenges": offer_pages.challenges_shown(reader, now),
    }
    return render(request, "wallet/offers.html", facts)


@require_GET
def offer(request: HttpRequest, slug: str) -> HttpResponse:
    """A campaign's page: before, while and after it runs. Who may see offers in the back office sees the draft."""
    reader, now = reader_of(request), clock.now()
    sees_drafts = "preview" in request.GET and cast(User, request.user).has_perm("wallet.view_offer")
    view = offer_pages.offer_shown(slug, reader, now, sees_drafts=sees_drafts)
    storefront = offer_pages.storefront_of(reader)
    tiles = offer_pages.tiles_under(view.offer, storefront, rates.in_force(now), now) if storefront else []
    facts: dict[str, Any] = {"view": view, "storefront": storefront, "tiles": tiles}
    return render(request, "wallet/offer.html", facts)


@require_GET
def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """A challenge's page, with how far one is."""
    view = offer_pages.challenge_shown(slug, reader_of(request), clock.now())
    return render(request, "wallet/challenge.html", {"view": view})


@login_required
@require_POST
def badge(request: HttpRequest, award_id: int) -> HttpResponse:
    """Show a badge on one's page, or hide it."""
    user = cast(User, request.user)
    award = ChallengeAward.objects.filter(user=user, pk=award_id).first()
    if award is None:
        raise NotFound
    show_badge(award=award, is_shown=request.POST.get("is_shown") == "yes")
    return redirect("accounts:profile", user.handle)


def reader_of(request: HttpRequest) -> User | None:
    """Who reads; None for a stranger."""
    return request.user if request.user.is_authenticated else None
