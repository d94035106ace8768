"""The gateway's routes in the OpenAPI document, which otherwise only knows what Django serves."""

from typing import Any

EVENTS = """
Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Each has `id` (its number on
this stream: 1, 2, 3 … without a gap), `event` (its type: `chat.message`, `gift.settled`, `room.liked`,
`room.started`, `room.ended`) and `data` (JSON: `number`, `type`, `at` and the facts of that type). A client that
lost the connection sends the last number it has as `Last-Event-ID` (browsers do so by themselves) or `?after=`, and
misses nothing and gets nothing twice. With neither, the stream starts now. A comment line arrives every 20 s when
nothing happens.
"""
CURSOR: list[dict[str, Any]] = [
    {
        "in": "query",
        "name": "after",
        "schema": {"type": "integer", "minimum": 0},
        "description": "Number of the last event you have.",
    },
    {
        "in": "header",
        "name": "Last-Event-ID",
        "schema": {"type": "integer", "minimum": 0},
        "description": "The same, as browsers send it; wins over `after`.",
    },
]
ROOM: list[dict[str, Any]] = [
    {"in": "path", "name": "room_id", "required": True, "schema": {"type": "string", "format": "uuid"}},
    {
        "in": "query",
        "name": "ticket",
        "schema": {"type": "string"},
        "description": "From `events_url` of GET /rooms/{id}/; opens the stream for 5 minutes without a token.",
    },
]


def add_event_streams(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular: add the two event streams."""
    room = _stream("room_events", "What happens in a room, live", [*ROOM, *CURSOR])
    room["security"].append({})
    result["paths"]["/api/v1/rooms/{room_id}/events/"] = {"get": room}
    creator = _stream("creator_events", "What happens to you as a creator, live", CURSOR)
    result["paths"]["/api/v1/creator/events/"] = {"get": creator}
    result["paths"] = dict(sorted(result["paths"].items()))
    return result


def _stream(operation_id: str, summary: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    return {
        "operationId": operation_id,
        "summary": summary,
        "description": EVENTS.strip(),
        "tags": [operation_id.split("_")[0] + "s" if operation_id.startswith("room") else "creator"],
        "parameters": parameters,
        "security": [{"sessionToken": []}, {"bearer": []}],
        "responses": {
            "200": {
                "description": "The stream.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            "400": {"description": "The cursor is no number.", **problem},
            "401": {"description": "No ticket or session, or one that has ended.", **problem},
            "404": {"description": "No such room.", **problem},
            "503": {"description": "Too many listeners; `Retry-After` says when to come back.", **problem},
        },
    }
