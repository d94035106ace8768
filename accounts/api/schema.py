"""What the OpenAPI document says of our authentication. Imported by accounts.api.urls, so that it is registered."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class SessionTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names the two headers."""

    target_class = "accounts.api.authentication.SessionTokenAuthentication"
    name = ["sessionToken", "bearer"]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        """Either header is enough."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        about = "The session token that /_allauth/app/v1/auth/login answers."
        return [
            {"type": "apiKey", "in": "header", "name": "X-Session-Token", "description": about},
            {"type": "http", "scheme": "bearer", "description": about},
        ]
