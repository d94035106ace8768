"""Stripe's request bodies: `line_items[0][price_data][currency]=usd` to nested values, typed by their
schema."""

import re
from itertools import pairwise
from urllib.parse import parse_qsl

from fakestripe.errors import ApiError
from fakestripe.shapes import Json

PIECE = re.compile(r"\[([^\]]*)\]")
MAX_PAIRS = 2_000


def decode(form: str) -> Json:
    """Decode a form body or a query string to nested dicts and lists of strings."""
    root: Json = {}
    for name, value in parse_qsl(form, keep_blank_values=True, max_num_fields=MAX_PAIRS):
        head, _, _ = name.partition("[")
        _place(root, [head, *PIECE.findall(name[len(head) :])], value)
    listed = _to_lists(root)
    assert isinstance(listed, dict)
    return listed


def _place(node: Json, path: list[str], value: str) -> None:
    for piece, following in pairwise(path):
        key = str(len(node)) if piece == "" else piece
        child = node.setdefault(key, {})
        if not isinstance(child, dict):
            raise ApiError(f"Invalid hash: {following}", param=_named(path))
        node = child
    node[str(len(node)) if path[-1] == "" else path[-1]] = value


def _to_lists(node: object) -> object:
    """Turn dicts whose keys are 0, 1, 2 … into lists."""
    if not isinstance(node, dict):
        return node
    made = {key: _to_lists(value) for key, value in node.items()}
    if made and all(key.isdigit() for key in made):
        return [made[key] for key in sorted(made, key=int)]
    return made


def coerce(value: object, schema: Json, path: tuple[str, ...] = ()) -> object:
    """Turn the strings of `value` into what `schema` (a request schema of the OpenAPI document) asks for.

    Raises:
        ApiError: a number or a boolean that is none.
    """
    if "anyOf" in schema:
        return _coerce_any(value, schema["anyOf"], path)
    match schema.get("type"):
        case "object" if isinstance(value, dict):
            return _coerce_object(value, schema, path)
        case "array" if isinstance(value, list):
            return [coerce(item, schema["items"], (*path, str(at))) for at, item in enumerate(value)]
        case "integer" if isinstance(value, str):
            return _integer(value, path)
        case "number" if isinstance(value, str):
            return _number(value, path)
        case "boolean" if isinstance(value, str):
            return _boolean(value, path)
    return value


def _coerce_object(value: Json, schema: Json, path: tuple[str, ...]) -> Json:
    properties = schema.get("properties", {})
    extra = schema.get("additionalProperties")
    return {
        key: coerce(item, properties.get(key, extra if isinstance(extra, dict) else {}), (*path, key))
        for key, item in value.items()
    }


def _coerce_any(value: object, choices: list[Json], path: tuple[str, ...]) -> object:
    """Take the first choice that fits the value's shape; the validator has the last word."""
    wanted = "object" if isinstance(value, dict) else "array" if isinstance(value, list) else None
    fitting = [choice for choice in choices if (choice.get("type") == wanted if wanted else _plain(choice))]
    for choice in fitting:
        try:
            return coerce(value, choice, path)
        except ApiError:
            continue
    return value


def _plain(schema: Json) -> bool:
    return schema.get("type") not in ("object", "array")


def _integer(text: str, path: tuple[str, ...]) -> int:
    if not re.fullmatch(r"-?\d{1,18}", text):
        raise ApiError(f"Invalid integer: {text}", code="parameter_invalid_integer", param=_named(path))
    return int(text)


def _number(text: str, path: tuple[str, ...]) -> float:
    try:
        return float(text)
    except ValueError:
        raise ApiError(f"Invalid decimal: {text}", param=_named(path)) from None


def _boolean(text: str, path: tuple[str, ...]) -> bool:
    if text not in ("true", "false", "True", "False"):
        raise ApiError(f"Invalid boolean: {text}", param=_named(path))
    return text.lower() == "true"


def _named(path: list[str] | tuple[str, ...]) -> str:
    """Write a path as Stripe does: `line_items[0][price]`."""
    return path[0] + "".join(f"[{piece}]" for piece in path[1:]) if path else ""


def named(path: list[str | int]) -> str:
    return _named([str(piece) for piece in path])


def merged_metadata(current: Json | None, given: object) -> Json:
    """Apply a `metadata` parameter: keys are added, an empty value removes its key, an empty string removes
    all."""
    if given is None:
        return dict(current or {})
    if not isinstance(given, dict):
        return {}
    together = (current or {}) | given
    return {key: value for key, value in together.items() if value != ""}


def control_integer(given: Json, name: str, default: int | None = None) -> int:
    """Read an integer that the control plane was given.

    Raises:
        ApiError: it is none, or missing without a default.
    """
    if default is not None and given.get(name) in (None, ""):
        return default
    try:
        return int(given[name])
    except (KeyError, ValueError, TypeError):
        raise ApiError(f"{name} must be an integer", param=name) from None
