"""How the gateway's own routes answer: JSON, or a problem document, under the headers that Django would send."""

import json
from functools import cache

from django.conf import settings

from gateway.asgi import Send
from ground.errors import DomainError
from ground.problems import MEDIA_TYPE

type Header = tuple[bytes, bytes]

ALLOW = b"allow"


async def answer(send: Send, status: int, body: bytes) -> None:
    """Send `body`, which is JSON."""
    await _send(send, status, [(b"content-type", b"application/json")], body)


async def refuse(send: Send, refusal: DomainError, *, allowed: bytes = b"GET") -> None:
    """Send the refusal as ground/problems.py would; `allowed` is the method that the address takes."""
    headers: list[Header] = [(b"content-type", MEDIA_TYPE.encode())]
    extra = refusal.extra
    if refusal.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="api"'))
    if refusal.status == 405:
        headers.append((b"allow", allowed))
    if "retry_after_s" in extra:
        headers.append((b"retry-after", str(extra["retry_after_s"]).encode()))
    if "burst" in extra:  # https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
        refill_s = max(1, round(extra["burst"] / extra["per_s"]))
        headers.append((b"ratelimit-policy", b'"person";q=%d;w=%d' % (extra["burst"], refill_s)))
        headers.append((b"ratelimit", b'"person";r=0;t=%d' % extra["retry_after_s"]))
    await _send(send, refusal.status, headers, json.dumps(refusal.as_problem()).encode())


async def _send(send: Send, status: int, headers: list[Header], body: bytes) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send(
        {"type": "http.response.start", "status": status, "headers": [*headers, length, *_safety_headers()]}
    )
    await send({"type": "http.response.body", "body": body})


@cache
def _safety_headers() -> tuple[Header, ...]:
    """As SecurityMiddleware and its neighbours set them; the policy is stricter, for nothing here is a page."""
    headers = [
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"cross-origin-opener-policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY.encode()),
        (b"referrer-policy", settings.SECURE_REFERRER_POLICY.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", settings.X_FRAME_OPTIONS.encode()),
    ]
    if settings.SITE_IS_HTTPS:
        seconds = settings.SECURE_HSTS_SECONDS
        headers.append((b"strict-transport-security", b"max-age=%d; includeSubDomains; preload" % seconds))
    return tuple(headers)
