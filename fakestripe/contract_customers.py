"""What stripe_openapi.json was cut without: kept payment methods, the customer portal. After Stripe's reference."""

from fakestripe.shapes import Json

_TEXT: Json = {"type": "string", "maxLength": 5000}
_TEXT_OR_NULL: Json = _TEXT | {"nullable": True}
_METADATA: Json = {"type": "object", "additionalProperties": {"type": "string"}}
_EXPAND: Json = {"type": "array", "items": _TEXT}
_REDISPLAY: Json = {"type": "string", "enum": ["always", "limited", "unspecified"]}
_KIND: Json = {"type": "string", "enum": [
    "boleto", "card", "customer_balance", "multibanco", "oxxo", "paypal", "sepa_debit", "ideal", "bancontact", "blik",
    "eps", "p24",
]}  # fmt: skip

CUSTOMER_SCHEMAS: dict[str, Json] = {
    "billing_portal.session": {
        "type": "object",
        "required": [
            "configuration", "created", "customer", "customer_account", "flow", "id", "livemode", "locale", "object",
            "on_behalf_of", "return_url", "url",
        ],
        "properties": {
            "configuration": _TEXT,
            "created": {"type": "integer"},
            "customer": _TEXT,
            "customer_account": _TEXT_OR_NULL,
            "flow": {"type": "object", "nullable": True},
            "id": _TEXT,
            "livemode": {"type": "boolean"},
            "locale": _TEXT_OR_NULL,
            "object": {"type": "string", "enum": ["billing_portal.session"]},
            "on_behalf_of": _TEXT_OR_NULL,
            "return_url": _TEXT_OR_NULL,
            "url": _TEXT,
        },
    },
}  # fmt: skip


def _answers(schema: Json) -> Json:
    return {"200": {"content": {"application/json": {"schema": schema}}}}


def _asks(properties: Json, *required: str) -> Json:
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": properties | {"expand": _EXPAND},
        "required": list(required),
    }
    return {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}


_METHOD: Json = {"$ref": "#/components/schemas/payment_method"}
_METHODS: Json = {
    "type": "object",
    "required": ["data", "has_more", "object", "url"],
    "properties": {
        "data": {"type": "array", "items": _METHOD},
        "has_more": {"type": "boolean"},
        "object": {"type": "string", "enum": ["list"]},
        "url": _TEXT,
    },
}
_PAGE: list[Json] = [
    {"name": name, "in": "query", "schema": schema}
    for name, schema in {
        "allow_redisplay": _REDISPLAY,
        "ending_before": _TEXT,
        "expand": _EXPAND,
        "limit": {"type": "integer"},
        "starting_after": _TEXT,
        "type": _KIND,
    }.items()
]
_EXPANDED: list[Json] = [{"name": "expand", "in": "query", "schema": _EXPAND}]

CUSTOMER_PATHS: dict[str, Json] = {
    "/v1/payment_methods": {
        "get": {
            "parameters": [*_PAGE, {"name": "customer", "in": "query", "schema": _TEXT}],
            "responses": _answers(_METHODS),
        },
    },
    "/v1/payment_methods/{payment_method}": {
        "post": {
            "requestBody": _asks({"allow_redisplay": _REDISPLAY, "metadata": _METADATA}),
            "responses": _answers(_METHOD),
        },
    },
    "/v1/payment_methods/{payment_method}/attach": {
        "post": {"requestBody": _asks({"customer": _TEXT}, "customer"), "responses": _answers(_METHOD)},
    },
    "/v1/payment_methods/{payment_method}/detach": {
        "post": {"requestBody": _asks({}), "responses": _answers(_METHOD)},
    },
    "/v1/customers/{customer}/payment_methods": {
        "get": {"parameters": _PAGE, "responses": _answers(_METHODS)},
    },
    "/v1/customers/{customer}/payment_methods/{payment_method}": {
        "get": {"parameters": _EXPANDED, "responses": _answers(_METHOD)},
    },
    "/v1/billing_portal/sessions": {
        "post": {
            "requestBody": _asks(
                {
                    "configuration": _TEXT,
                    "customer": _TEXT,
                    "customer_account": _TEXT,
                    "flow_data": {"type": "object"},
                    "locale": _TEXT,
                    "on_behalf_of": _TEXT,
                    "return_url": _TEXT,
                }
            ),
            "responses": _answers({"$ref": "#/components/schemas/billing_portal.session"}),
        },
    },
}
