"""`bare_asgi`: the least an ASGI application can do, a constant answer; what uvicorn itself can carry."""

from collections.abc import Awaitable, Callable
from typing import Any

BODY = b'{"id":1,"coins":10,"diamond_units":1000,"balance":990}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """This will answer 201 to everything."""
    if scope["type"] == "lifespan":
        for moment in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{moment}.complete"})
        return
    await send({"type": "http.response.start", "status": 201, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
