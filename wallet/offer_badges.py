"""The badges a person won, on their public page. Who may not see the page sees no badge; each can be hidden."""

from collections.abc import Iterable

from django.http import HttpRequest

from accounts.hooks import Panel
from accounts.models import User
from wallet.models import ChallengeAward

MOST_SHOWN = 12


def panels(request: HttpRequest, person: User) -> Iterable[Panel]:
    """The person's badges, newest first; to themselves also the hidden ones. Nothing without any."""
    is_own = request.user.pk == person.pk
    awards = ChallengeAward.objects.filter(user=person).select_related("challenge")
    shown = list((awards if is_own else awards.filter(is_shown=True))[:MOST_SHOWN])
    if not shown:
        return []
    values = {"awards": shown, "is_own": is_own, "style": "css/pages/offers.css"}
    return [Panel("wallet/badges.html", values)]
