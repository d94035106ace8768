"""The cookie of a trusted browser: one for each person, so that two at one browser do not share it."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import TrustedBrowser, User
from accounts.services.trusted_browsers import token_digest, trust_browser, use_trusted_browser


def is_trusted(request: HttpRequest, user: User) -> bool:
    """Whether `user` trusts the browser of `request`."""
    token = request.COOKIES.get(cookie_name(user), "")
    return bool(token) and use_trusted_browser(user=user, token=token, now=timezone.now())


def trust(request: HttpRequest, user: User, response: HttpResponse) -> None:
    """Trust the browser of `request` and leave the cookie with `response`. Always a new one: none can be planted."""
    token = trust_browser(user=user, request=request, now=timezone.now())
    response.set_cookie(
        cookie_name(user),
        token,
        max_age=timedelta(days=settings.TRUSTED_BROWSER_DAYS),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def trusted_here(request: HttpRequest, user: User) -> TrustedBrowser | None:
    """The row of the browser that `request` comes from, if `user` trusts it."""
    token = request.COOKIES.get(cookie_name(user), "")
    rows = TrustedBrowser.objects.filter(user=user, token_digest=token_digest(token)).good(timezone.now())
    return rows.first() if token else None


def cookie_name(user: User) -> str:
    """The name of this person's cookie; it says nothing of them."""
    return f"trusted_{salted_hmac('accounts.trusted', str(user.pk), algorithm='sha256').hexdigest()[:12]}"
