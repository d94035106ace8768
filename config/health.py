"""GET /healthz: which part is there, and which is not?"""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse

from backoffice import pulse
from ground import clock
from ledger import seals

NEEDED = ("database", "valkey")  # without one of these no request can be answered


def healthz(request: HttpRequest) -> JsonResponse:
    """Name each part. 200 when requests can be answered, else 503; what works in the background is named only."""
    parts = {"web": "ok", "database": _answers(_database), "valkey": _answers(_valkey)}
    parts["worker and beat"] = pulse.state() if parts["valkey"] == "ok" else "unknown"
    lag = seals.lag() if parts["database"] == "ok" else None
    parts["sealing"] = "unknown" if lag is None else "late" if lag.is_late else "ok"
    healthy = all(parts[name] == "ok" for name in NEEDED)
    body = {
        "ok": healthy,
        "mode": settings.OVATION_MODE,
        "parts": parts,
        "business_time": clock.now().isoformat(),
        "sealing": {"unsealed": lag.operations, "lag_s": lag.seconds} if lag else None,
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
