"""GET /healthz: is each part that a request needs there?"""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse

from ground import clock


def healthz(request: HttpRequest) -> JsonResponse:
    """Name each part and whether it answers: 200 when all do, else 503."""
    parts = {"database": _answers(_database), "valkey": _answers(_valkey)}
    healthy = all(state == "ok" for state in parts.values())
    body = {
        "ok": healthy,
        "mode": settings.OVATION_MODE,
        "parts": parts,
        "business_time": clock.now().isoformat(),
    }
    return JsonResponse(body, status=200 if healthy else 503)


def _answers(question: Callable[[], None]) -> str:
    try:
        question()
    except Exception as error:  # whatever a part throws, the answer is that it is not well
        return type(error).__name__
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _valkey() -> None:
    cache.get("healthz")
