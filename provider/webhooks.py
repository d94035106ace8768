"""The door for the provider's events: check, store, answer. The work is done later (provider/inbox.py)."""

import json
import logging
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NoReturn

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from ground.errors import DomainError
from ground.problems import problem_response
from provider import inbox
from provider.alerts import raise_alert
from provider.errors import TooManyForgeries, WebhookRefused
from provider.models import InboxEvent
from provider.signatures import TOLERANCE_S, Verdict, verify

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1_000_000
FORGERIES_PER_MINUTE = 30  # per sender; afterwards its forgeries get 429. A genuine delivery always gets in


@csrf_exempt
@require_POST
def platform(request: HttpRequest) -> HttpResponse:
    """POST /webhooks/stripe/: events of our own account."""
    return _receive(request, settings.STRIPE_WEBHOOK_SECRET, InboxEvent.Source.WEBHOOK)


@csrf_exempt
@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """POST /webhooks/stripe/connect/: events of connected accounts."""
    return _receive(request, settings.STRIPE_CONNECT_WEBHOOK_SECRET, InboxEvent.Source.CONNECT)


def _receive(request: HttpRequest, secret: str, source: InboxEvent.Source) -> HttpResponse:
    try:
        body = _genuine_body(request, [one.strip() for one in secret.split(",") if one.strip()], source)
        inbox.receive(event=_event(body), source=source)
    except DomainError as refusal:
        return problem_response(refusal)
    return JsonResponse({"received": True})


def _genuine_body(request: HttpRequest, secrets: Sequence[str], source: InboxEvent.Source) -> str:
    """What the provider signed. Whatever else comes is counted against its sender before it is refused."""
    try:
        body = _body(request)
    except WebhookRefused:
        _count_refusal(request, source)
        raise
    verdict = verify(body, request.headers.get("Stripe-Signature", ""), secrets)
    if verdict is Verdict.FORGED:
        _count_refusal(request, source)
        log.warning("A webhook delivery with a false signature was refused (%s).", source)
        raise WebhookRefused("The signature does not match.")
    if verdict is Verdict.STALE:
        raise_alert(
            code="webhook_clock",
            key=source,
            message=f"A rightly signed event arrived more than {TOLERANCE_S} s old: "
            "somebody replays deliveries, or this machine's clock is wrong.",
        )
        raise WebhookRefused("The signature is right but too old.")
    return body


def _body(request: HttpRequest) -> str:
    length = request.headers.get("Content-Length", "0")
    raw = request.read(MAX_BODY_BYTES + 1) if length.isdigit() and int(length) <= MAX_BODY_BYTES else None
    if raw is None or len(raw) > MAX_BODY_BYTES:
        raise WebhookRefused("The body is larger than one megabyte.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise WebhookRefused("The body is not UTF-8.") from None


def _count_refusal(request: HttpRequest, source: InboxEvent.Source) -> None:
    """Count by the peer's address only: what X-Forwarded-For says is the sender's invention.

    Raises:
        TooManyForgeries: this sender was refused too often within the minute.
    """
    peer = sha256(str(request.META.get("REMOTE_ADDR", "")).encode()).hexdigest()[:16]
    if _count(f"provider:forgeries:{source}:{peer}") > FORGERIES_PER_MINUTE:
        raise TooManyForgeries(retry_after_s=60)


def _count(key: str) -> int:
    """How often this happened within the minute; 0 while the cache cannot say."""
    try:
        cache.add(key, 0, timeout=60)
        return cache.incr(key)
    except (ValueError, RedisError):
        return 0


def _event(body: str) -> dict[str, Any]:
    """Parse the event and demand the shape that the inbox relies on."""
    try:
        event = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise WebhookRefused("The body is not JSON.") from None
    if not isinstance(event, dict) or event.get("object") != "event":
        raise WebhookRefused("The body is not an event.")
    inbox.demand_shape(event)
    return event


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
