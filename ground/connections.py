"""A request's database connection goes back to the pool whatever happens to the request."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse


class GiveBackConnectionMiddleware:
    """Outermost of all: runs in the request's own thread, and to its end even when the client has gone.

    Django gives the connection back when it has sent its answer. Where there is none to send (the client left, the
    error page itself failed) it forgets to, and a pool that lost all its connections serves nobody any more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        options: dict[str, object] = settings.DATABASES["default"]["OPTIONS"]  # type: ignore[assignment]
        if "pool" not in options:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            close_old_connections()
