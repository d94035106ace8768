"""Who may use the control plane and the dashboard: whoever knows the token of this start."""

import hmac

from starlette.requests import Request

HEADER = "X-Fakestripe-Token"
COOKIE = "fakestripe_token"


def may_control(request: Request, token: str) -> bool:
    """Compare the token in a header, the query or the dashboard's cookie; a cookie works from our own
    pages only."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    shown = request.headers.get(HEADER) or request.query_params.get("token")
    if not shown and scheme.lower() == "bearer":
        shown = bearer
    if not shown and _from_own_page(request):
        shown = request.cookies.get(COOKIE)
    return bool(shown) and hmac.compare_digest(str(shown).encode(), token.encode())


def _from_own_page(request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is None or origin == f"{request.url.scheme}://{request.url.netloc}"
