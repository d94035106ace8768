"""Browsers that are not asked for the second factor at sign-in. They never count as having used it."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accounts.models import TrustedBrowser, User
from accounts.services.activity import record_security_event
from ground.errors import NotFound

MOST = 20  # of one person; the oldest makes room


def trust_browser(*, user: User, request: HttpRequest, now: datetime) -> str:
    """Trust the browser of `request` for TRUSTED_BROWSER_DAYS and answer what its cookie must hold.

    Opens a transaction, or joins the caller's. `now` in wall time.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        TrustedBrowser.objects.create(
            user=user,
            token_digest=token_digest(token),
            user_agent=request.headers.get("User-Agent", "")[:300],
            ip=get_adapter().get_client_ip(request),
            trusted_at=now,
            until=now + timedelta(days=settings.TRUSTED_BROWSER_DAYS),
        )
        kept = TrustedBrowser.objects.filter(user=user).good(now)[:MOST].values_list("pk", flat=True)
        TrustedBrowser.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
        record_security_event(user=user, kind="browser_trusted", now=now, request=request)
    return token


def use_trusted_browser(*, user: User, token: str, now: datetime) -> bool:
    """Say whether `user` trusts the browser that holds `token`, and note that it was used."""
    trusted = TrustedBrowser.objects.filter(user=user, token_digest=token_digest(token)).good(now)
    return bool(trusted.update(last_used_at=now))


def distrust_browser(*, user: User, pk: int, now: datetime, request: HttpRequest) -> None:
    """Ask that browser for the second factor again.

    Raises:
        NotFound: `user` trusts no such browser.
    """
    with transaction.atomic():
        if not TrustedBrowser.objects.filter(user=user, pk=pk).delete()[0]:
            raise NotFound()
        record_security_event(user=user, kind="browser_distrusted", now=now, request=request, browsers=1)


def distrust_browsers(*, user: User, now: datetime, request: HttpRequest | None = None) -> int:
    """Ask every browser of `user` for the second factor again; answers how many there were. Twice does no harm."""
    with transaction.atomic():
        count = TrustedBrowser.objects.filter(user=user).delete()[0]
        if count:
            record_security_event(
                user=user, kind="browser_distrusted", now=now, request=request, browsers=count
            )
    return count


def token_digest(token: str) -> str:
    """What is kept of a cookie."""
    return hashlib.sha256(token.encode()).hexdigest()
