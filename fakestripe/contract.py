"""The contract: every request, answer and event is held to Stripe's own OpenAPI document.

Validators are compiled when they are first needed, so that starting takes no time for paths nobody calls.
"""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import jsonschema_rs

from fakestripe import params
from fakestripe.contract_customers import CUSTOMER_PATHS, CUSTOMER_SCHEMAS
from fakestripe.contract_extra import EXTRA_PATHS, EXTRA_SCHEMAS
from fakestripe.errors import ApiError, ContractViolation
from fakestripe.shapes import Json

DOCUMENT = Path(__file__).with_name("stripe_openapi.json")
FORM = "application/x-www-form-urlencoded"
REGISTRY_URL = "https://fakestripe.invalid/schemas"


class Contract:
    def __init__(self) -> None:
        document: Json = json.loads(DOCUMENT.read_bytes())
        self.paths: dict[str, Json] = document["paths"]
        for path, ways in (EXTRA_PATHS | CUSTOMER_PATHS).items():
            self.paths[path] = self.paths.get(path, {}) | ways
        self.schemas: dict[str, Json] = document["components"]["schemas"] | EXTRA_SCHEMAS | CUSTOMER_SCHEMAS
        self._body_schema = cache(self._find_body_schema)
        self._query_schema = cache(self._find_query_schema)
        self._response = cache(self._compile_response)
        self._object = cache(self._compile_object)
        self._request = cache(self._compile_request)

    # Requests

    def read_request(self, method: str, path: str, form: Json) -> Json:
        """Type and check what a caller sent to an operation.

        Raises:
            ApiError: 400 in Stripe's words, with `param`.
        """
        schema = self._query_schema(method, path) if method != "post" else self._body_schema(method, path)
        typed = params.coerce(form, schema)
        assert isinstance(typed, dict)
        unknown = [key for key in typed if key not in schema["properties"]]
        if unknown:
            raise ApiError(
                f"Received unknown parameter: {unknown[0]}", code="parameter_unknown", param=unknown[0]
            )
        for problem in self._request(method, path).iter_errors(typed):
            raise _refusal(problem)
        return typed

    def _find_body_schema(self, method: str, path: str) -> Json:
        body = self.paths[path][method].get("requestBody", {}).get("content", {}).get(FORM, {})
        schema: Json = body.get("schema", {"type": "object", "properties": {}})
        return schema

    def _find_query_schema(self, method: str, path: str) -> Json:
        if method == "delete":
            return self._find_body_schema(method, path)
        listed = [given for given in self.paths[path][method].get("parameters", []) if given["in"] == "query"]
        return {
            "type": "object",
            "properties": {given["name"]: given["schema"] for given in listed},
            "required": [given["name"] for given in listed if given.get("required")],
        }

    def _compile_request(self, method: str, path: str) -> jsonschema_rs.Validator:
        schema = self._query_schema(method, path) if method != "post" else self._body_schema(method, path)
        return jsonschema_rs.validator_for(_draft(schema, strict=True))

    # What leaves

    def check_response(self, method: str, path: str, body: Json) -> None:
        """Raise ContractViolation unless `body` is what the operation may answer."""
        _demand(self._response(method, path).iter_errors(body), f"{method.upper()} {path}")

    def check_object(self, kind: str, body: Json) -> None:
        """Raise ContractViolation unless `body` is an object of that kind (`transfer`, `event` …)."""
        _demand(self._object(kind).iter_errors(body), kind)

    def check_event(self, event: Json) -> None:
        """Raise ContractViolation unless the event and the object inside it are well formed."""
        self.check_object("event", event)
        inner = event["data"]["object"]
        self.check_object(inner["object"], inner)

    def expandable(self, kind: str, field: str) -> bool:
        """Say whether objects of a kind have that field at all."""
        return field in self.schemas.get(kind, {}).get("properties", {})

    def _compile_response(self, method: str, path: str) -> jsonschema_rs.Validator:
        content = self.paths[path][method]["responses"]["200"]["content"]["application/json"]
        return self._compile(content["schema"])

    def _compile_object(self, kind: str) -> jsonschema_rs.Validator:
        if kind not in self.schemas:
            raise ContractViolation(f"no schema describes a {kind!r}")
        return self._compile({"$ref": f"#/components/schemas/{kind}"})

    def _compile(self, schema: Json) -> jsonschema_rs.Validator:
        """Compile a schema with just the component schemas that it reaches."""
        reached: dict[str, Json] = {}
        waiting = [schema]
        while waiting:
            for name in _references(waiting.pop()):
                if name not in reached:
                    reached[name] = self.schemas[name]
                    waiting.append(self.schemas[name])
        components = {name: _draft(part, strict=True) for name, part in reached.items()}
        whole = _draft(schema, strict=True) | {"components": {"schemas": components}}
        return jsonschema_rs.validator_for(whole)


def _references(node: object) -> Iterable[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rsplit("/", 1)[-1]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _draft(schema: Json, *, strict: bool) -> Json:
    """Turn an OpenAPI 3.0 schema into JSON Schema: `nullable` is a type, strict forbids unknown keys."""
    made: Json = {}
    for key, value in schema.items():
        match key, value:
            case "nullable", _:
                continue
            case "properties", dict():
                made[key] = {name: _draft(part, strict=strict) for name, part in value.items()}
            case "anyOf", list():
                made[key] = [_draft(part, strict=strict) for part in value]
            case (("items" | "additionalProperties"), dict()):
                made[key] = _draft(value, strict=strict)
            case "format", _:
                continue
            case _:
                made[key] = value
    if strict and schema.get("type") == "object" and "properties" in schema:
        made.setdefault("additionalProperties", False)
    return _nullable(made) if schema.get("nullable") else made


def _nullable(schema: Json) -> Json:
    if "anyOf" in schema:
        return schema | {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "enum" in schema:
        schema = schema | {"enum": [*schema["enum"], None]}
    return schema | {"type": [schema["type"], "null"]} if "type" in schema else schema


def _refusal(problem: jsonschema_rs.ValidationError) -> ApiError:
    """Say in Stripe's words what is wrong with a parameter."""
    path = list(problem.instance_path)
    kind = problem.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        name = params.named([*path, kind.property])
        return ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        name = params.named([*path, kind.unexpected[0]])
        return ApiError(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
    name = params.named(path)
    return ApiError(f"Invalid {name}: {problem.message}", code="parameter_invalid_empty", param=name)


def _demand(problems: Iterable[jsonschema_rs.ValidationError], place: str) -> None:
    for problem in problems:
        where = "/".join(str(piece) for piece in problem.instance_path)
        raise ContractViolation(f"{place}: at {where or 'the top'}: {problem.message}")
