"""Typed readings of the environment that stop the start on a wrong value, with a sentence that says what to set."""

from dataclasses import dataclass
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured
from environs import Env

env = Env()

MODES = ("production", "demo", "test")


def mode() -> str:
    """`production` (the default), `demo` or `test`."""
    value = env.str("OVATION_MODE", "production")
    if value not in MODES:
        raise ImproperlyConfigured(f"OVATION_MODE is {value!r}; use one of {', '.join(MODES)}.")
    return value


def required(name: str) -> str:
    """The variable's value; an empty or missing one stops the start."""
    value = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. docs/operations.md says what belongs in it.")
    return value


@dataclass(frozen=True)
class DatabaseAddress:
    """One PostgreSQL address, taken apart."""

    name: str
    user: str
    password: str
    host: str
    port: int

    @classmethod
    def parse(cls, variable: str) -> "DatabaseAddress":
        """Read the URL in `variable`, e.g. postgresql://user:password@host:5432/name."""
        url = urlparse(required(variable))
        if url.scheme not in ("postgres", "postgresql") or not url.path.strip("/"):
            raise ImproperlyConfigured(
                f"{variable} must look like postgresql://user:password@host:5432/name."
            )
        return cls(
            name=url.path.strip("/"),
            user=unquote(url.username or ""),
            password=unquote(url.password or ""),
            host=url.hostname or "",
            port=url.port or 5432,
        )
