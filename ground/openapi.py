"""The OpenAPI document says of each operation how it is refused: by a problem, as ground/problems.py renders it."""

from typing import Any

from ground.problems import MEDIA_TYPE

METHODS = {"get", "post", "put", "patch", "delete"}
PROBLEM = {
    "type": "object",
    "description": "Why a request was refused, and what to do now (RFC 9457). Some codes add members of their own.",
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "`urn:ovation:problem:<code>`"},
        "title": {"type": "string"},
        "status": {"type": "integer", "description": "The HTTP status."},
        "code": {"type": "string", "description": "Stable: programs decide by it."},
        "detail": {"type": "string", "description": "What was refused and why, for people."},
        "next_step": {"type": "string", "description": "What to do now, for people."},
        "errors": {"type": "object", "description": "Code `invalid_request`: what is wrong, by field."},
    },
    "required": ["type", "title", "status", "code", "detail", "next_step"],
    "additionalProperties": True,
}


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular: every operation says how it is refused. Comes last."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path, item in result["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                answers = operation["responses"]
                operation["responses"] = answers | _refusals(path, operation) | answers
    return result


def _refusals(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    refusals = {"default": "Refused; `code` says why."}
    if "requestBody" in operation:
        refusals["400"] = "Something in the body is not right; `errors` names the fields."
    if {} not in operation.get("security", [{}]):
        refusals["401"] = (
            "No session, one that has ended, or one without the second factor that this asks for."
        )
    if "{" in path:
        refusals["404"] = "Nothing is there, or it is somebody else's."
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": words, "content": {MEDIA_TYPE: schema}} for status, words in refusals.items()
    }
