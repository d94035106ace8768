"""Which guardian a browser stands for: the token is posted once, and the session remembers what it opened."""

import time
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from accounts import guardian_links
from accounts.guardian_errors import (
    GuardianLinkExpired,
    GuardianLinkInvalid,
    MinorsOwnSession,
    TooManyTries,
)
from accounts.models import GuardianAsk, Guardianship
from accounts.services.guardians import usable_ask

KEY = "accounts.guardian"
GOOD_FOR_S = 1_800
RATES = {"guardian:token": "30/5m/ip", "guardian:link": "10/h/ip,3/h/key"}
WAIT_S = 300


@dataclass(frozen=True)
class Opened:
    """What a token opened: an asking to answer, or a guardianship to manage."""

    ask: GuardianAsk | None = None
    guardianship: Guardianship | None = None


def open_token(request: HttpRequest, token: str) -> Opened:
    """What `token` opens. Counted by address.

    Raises:
        TooManyTries, GuardianLinkInvalid, GuardianLinkUsed, GuardianLinkExpired: nothing.
        MinorsOwnSession: the young person is signed in here.
    """
    count(request, "guardian:token")
    token = token.strip()
    if guardian_links.is_management(token):
        opened = Opened(guardianship=guardian_links.guardianship_by(token))
    else:
        opened = Opened(ask=usable_ask(token))
    refuse_minor(request, opened)
    return opened


def remember(request: HttpRequest, opened: Opened) -> None:
    """Keep in the session what was opened, never the token."""
    request.session.cycle_key()
    noted: dict[str, int] = {"until": int(time.time()) + GOOD_FOR_S}
    if opened.ask is not None:
        noted["ask"] = opened.ask.pk
    if opened.guardianship is not None:
        noted |= {"guardianship": opened.guardianship.pk, "number": opened.guardianship.link_number}
    request.session[KEY] = noted


def forget(request: HttpRequest) -> None:
    """End what the session remembers."""
    request.session.pop(KEY, None)


def remembered_ask(request: HttpRequest) -> GuardianAsk:
    """The asking that this browser opened a short while ago, if it can still be answered.

    Raises:
        GuardianLinkInvalid, GuardianLinkUsed, GuardianLinkExpired, MinorsOwnSession: it cannot.
    """
    noted = _noted(request)
    ask = GuardianAsk.objects.select_related("minor").filter(pk=noted.get("ask", 0)).first()
    if ask is None:
        raise GuardianLinkInvalid
    ask = usable_ask(guardian_links.ask_token(ask))
    refuse_minor(request, Opened(ask=ask))
    return ask


def remembered_guardianship(request: HttpRequest) -> Guardianship:
    """The guardianship that this browser opened a short while ago.

    Raises:
        GuardianLinkInvalid: none, or a newer link was made since. MinorsOwnSession: the young person is signed in.
    """
    noted = _noted(request)
    standing = Guardianship.objects.select_related("minor")
    found = standing.filter(pk=noted.get("guardianship", 0), link_number=noted.get("number", 0)).first()
    if found is None:
        raise GuardianLinkInvalid
    refuse_minor(request, Opened(guardianship=found))
    return found


def refuse_minor(request: HttpRequest, opened: Opened) -> None:
    """Let nobody act as their own guardian.

    Raises:
        MinorsOwnSession: the young person is signed in.
    """
    subject = opened.ask or opened.guardianship
    if subject is not None and request.user.pk == subject.minor_id:
        raise MinorsOwnSession


def count(request: HttpRequest, action: str, key: str | None = None) -> None:
    """Count one try from this place.

    Raises:
        TooManyTries: there were too many.
    """
    if not ratelimit.consume(request, app="accounts", action=action, config=RATES, key=key, limit_get=True):
        raise TooManyTries(retry_after_s=WAIT_S)


def _noted(request: HttpRequest) -> dict[str, int]:
    noted: dict[str, int] = request.session.get(KEY, {})
    if noted.get("until", 0) < time.time():
        raise GuardianLinkExpired if noted else GuardianLinkInvalid
    return noted
