"""Who may see the demo-only pages: a caller on this machine who holds the token that the start printed."""

import ipaddress
import secrets
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from ground.errors import DomainError

COOKIE = "ovation_demo"


class DemoTokenNeeded(DomainError):
    code = "demo_token_required"
    status = 403
    message = "This page belongs to the demo and needs its token."
    next_step = "Open the address that `dev.py up` printed; it ends in ?token=…"


def demo_only[**P](view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Serve `view` in demo and test mode, to loopback, with the start's token (query, cookie or header)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if settings.PRODUCTION or not _is_loopback(request):
            raise Http404
        offered = _offered_token(request)
        if not settings.OVATION_DEMO_TOKEN or not secrets.compare_digest(
            offered, settings.OVATION_DEMO_TOKEN
        ):
            raise DemoTokenNeeded
        response = view(request, *args, **kwargs)
        response.set_cookie(COOKIE, offered, httponly=True, samesite="Strict", path="/demo/")
        response["Cache-Control"] = "no-store"
        return response

    return guarded


def _is_loopback(request: HttpRequest) -> bool:
    address = request.META.get("REMOTE_ADDR", "")
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _offered_token(request: HttpRequest) -> str:
    return (
        request.GET.get("token") or request.headers.get("X-Demo-Token") or request.COOKIES.get(COOKIE) or ""
    )
