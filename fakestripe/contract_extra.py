"""The few schemas and paths that stripe_openapi.json was cut without, after Stripe's reference."""

from fakestripe.shapes import Json

_TEXT: Json = {"type": "string", "maxLength": 5000}
_TEXT_OR_NULL: Json = _TEXT | {"nullable": True}
_METADATA: Json = {"type": "object", "additionalProperties": {"type": "string"}}
_REQUIREMENTS: Json = {
    "type": "object",
    "nullable": True,
    "properties": {
        "currently_due": {"type": "array", "items": _TEXT},
        "errors": {"type": "array", "items": {"type": "object"}},
        "past_due": {"type": "array", "items": _TEXT},
        "pending_verification": {"type": "array", "items": _TEXT},
    },
}

EXTRA_SCHEMAS: dict[str, Json] = {
    "bank_account": {
        "type": "object",
        "required": ["id", "object", "country", "currency", "last4", "status"],
        "properties": {
            "id": _TEXT,
            "object": {"type": "string", "enum": ["bank_account"]},
            "account": _TEXT_OR_NULL,
            "account_holder_name": _TEXT_OR_NULL,
            "account_holder_type": _TEXT_OR_NULL,
            "account_type": _TEXT_OR_NULL,
            "available_payout_methods": {
                "type": "array",
                "items": {"type": "string", "enum": ["instant", "standard"]},
            },
            "bank_name": _TEXT_OR_NULL,
            "country": _TEXT,
            "currency": _TEXT,
            "default_for_currency": {"type": "boolean"},
            "fingerprint": _TEXT_OR_NULL,
            "future_requirements": _REQUIREMENTS,
            "last4": _TEXT,
            "metadata": _METADATA,
            "requirements": _REQUIREMENTS,
            "routing_number": _TEXT_OR_NULL,
            "status": {
                "type": "string",
                "enum": [
                    "new",
                    "validated",
                    "verified",
                    "verification_failed",
                    "errored",
                    "tokenized_account_number_deactivated",
                ],
            },
        },
    },
    "capability": {
        "type": "object",
        "required": ["id", "object", "account", "requested", "status"],
        "properties": {
            "id": _TEXT,
            "object": {"type": "string", "enum": ["capability"]},
            "account": _TEXT,
            "requested": {"type": "boolean"},
            "requested_at": {"type": "integer", "nullable": True},
            "status": {"type": "string", "enum": ["active", "inactive", "pending", "unrequested"]},
        },
    },
    "deleted_bank_account": {
        "type": "object",
        "required": ["deleted", "id", "object"],
        "properties": {
            "id": _TEXT,
            "object": {"type": "string", "enum": ["bank_account"]},
            "deleted": {"type": "boolean", "enum": [True]},
            "currency": _TEXT_OR_NULL,
        },
    },
    "radar.early_fraud_warning": {
        "type": "object",
        "required": ["actionable", "charge", "created", "fraud_type", "id", "livemode", "object"],
        "properties": {
            "actionable": {"type": "boolean"},
            "charge": {"anyOf": [_TEXT, {"$ref": "#/components/schemas/charge"}]},
            "created": {"type": "integer"},
            "fraud_type": _TEXT,
            "id": _TEXT,
            "livemode": {"type": "boolean"},
            "object": {"type": "string", "enum": ["radar.early_fraud_warning"]},
            "payment_intent": {"anyOf": [_TEXT, {"$ref": "#/components/schemas/payment_intent"}]},
        },
    },
}


def _answers(schema: str) -> Json:
    return {"200": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}}


_EXPAND: Json = {"type": "array", "items": _TEXT}
_FORM_EXTERNAL: Json = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"default_for_currency": {"type": "boolean"}, "expand": _EXPAND, "metadata": _METADATA},
}

_LIST: Json = {
    "type": "object",
    "required": ["data", "has_more", "object", "url"],
    "properties": {
        "data": {"type": "array", "items": {"type": "object"}},
        "has_more": {"type": "boolean"},
        "object": {"type": "string", "enum": ["list"]},
        "url": _TEXT,
    },
}

_INTEGER: Json = {"type": "integer"}
_CREATED: Json = {
    "anyOf": [
        {"type": "object", "properties": dict.fromkeys(("gt", "gte", "lt", "lte"), _INTEGER)},
        _INTEGER,
    ]
}


def _list_of(schema: str) -> Json:
    data = {"type": "array", "items": {"$ref": f"#/components/schemas/{schema}"}}
    return _LIST | {"properties": _LIST["properties"] | {"data": data}}


def _query(**named: Json) -> list[Json]:
    return [{"name": name, "in": "query", "schema": schema} for name, schema in named.items()]


EXTRA_PATHS: dict[str, Json] = {
    "/v1/radar/early_fraud_warnings": {
        "get": {
            "parameters": _query(
                charge=_TEXT,
                payment_intent=_TEXT,
                created=_CREATED,
                limit=_INTEGER,
                starting_after=_TEXT,
                ending_before=_TEXT,
                expand=_EXPAND,
            ),
            "responses": {
                "200": {"content": {"application/json": {"schema": _list_of("radar.early_fraud_warning")}}}
            },
        },
    },
    "/v1/radar/early_fraud_warnings/{early_fraud_warning}": {
        "get": {"parameters": _query(expand=_EXPAND), "responses": _answers("radar.early_fraud_warning")},
    },
    "/v1/customers/{customer}/sources": {
        "get": {
            "parameters": [
                {"name": "object", "in": "query", "schema": _TEXT},
                {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                {"name": "expand", "in": "query", "schema": _EXPAND},
            ],
            "responses": {"200": {"content": {"application/json": {"schema": _LIST}}}},
        },
    },
    "/v1/accounts/{account}/external_accounts/{id}": {
        "get": {
            "parameters": [{"name": "expand", "in": "query", "schema": _EXPAND}],
            "responses": _answers("bank_account"),
        },
        "post": {
            "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": _FORM_EXTERNAL}}},
            "responses": _answers("bank_account"),
        },
        "delete": {"responses": _answers("deleted_bank_account")},
    },
}
