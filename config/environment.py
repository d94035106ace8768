"""Typed readings of the environment that stop the start on a wrong value, with a sentence that says what to set."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

import maxminddb
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


def positive(name: str, default: float) -> float:
    """The variable's number; one that is not above zero stops the start."""
    value = env.float(name, default)
    if not 0 < value < float("inf"):
        raise ImproperlyConfigured(f"{name} is {value}; use a number above zero.")
    return value


def web_address(name: str) -> str:
    """The variable's address; one that is not http or https stops the start. Empty: none."""
    address = env.str(name, "")
    if address and (urlparse(address).scheme not in ("http", "https") or not urlparse(address).hostname):
        raise ImproperlyConfigured(f"{name} is {address!r}; use an address that begins with https://.")
    return address


def at_least(name: str, lowest: int, default: int) -> int:
    """The variable's whole number; one below `lowest` stops the start."""
    value = env.int(name, default)
    if value < lowest:
        raise ImproperlyConfigured(f"{name} is {value}; use a whole number from {lowest} on.")
    return value


def geoip_database(name: str) -> str:
    """The path of a database in MaxMind's format; a file that is missing or not one stops the start. Empty: none."""
    path = env.str(name, "")
    if path:
        try:
            maxminddb.open_database(path).close()
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            raise ImproperlyConfigured(f"{name} is {path!r}; use a database in MaxMind's format.") from error
    return path


def leaked_list(name: str) -> str:
    """The path of a list of leaked passwords; a file that is not one stops the start. Empty: there is none."""
    path = env.str(name, "")
    if path and not _begins_with_a_hash(path):
        raise ImproperlyConfigured(
            f"{name} is {path!r}, which is not a list of SHA-1 hashes in upper case, ordered by hash. "
            "docs/operations.md says where to get one."
        )
    return path


def _begins_with_a_hash(path: str) -> bool:
    try:
        with Path(path).open("rb") as lines:
            first = lines.readline(64)
    except OSError:
        return False
    return re.match(rb"[0-9A-F]{40}(:\d+)?\s*$", first) is not None


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


@dataclass(frozen=True)
class MailAddress:
    """One SMTP server: smtp:// in clear, smtp+tls:// with STARTTLS, smtps:// with TLS from the first byte."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool

    @classmethod
    def parse(cls, variable: str) -> "MailAddress":
        """Read the URL in `variable`, e.g. smtp+tls://user:password@mail.example.org:587."""
        url = urlparse(env.str(variable, "smtp://localhost"))
        if url.scheme not in ("smtp", "smtp+tls", "smtps") or not url.hostname:
            raise ImproperlyConfigured(f"{variable} must look like smtp+tls://user:password@host:587.")
        return cls(
            host=url.hostname,
            port=url.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[url.scheme],
            user=unquote(url.username or ""),
            password=unquote(url.password or ""),
            starttls=url.scheme == "smtp+tls",
            tls=url.scheme == "smtps",
        )

    def options(self) -> dict[str, str | int | bool]:
        """As Django's SMTP backend takes them, with a timeout in seconds."""
        return {
            "host": self.host,
            "port": self.port,
            "username": self.user,
            "password": self.password,
            "use_tls": self.starttls,
            "use_ssl": self.tls,
            "timeout": 10,
        }


@dataclass(frozen=True)
class TextAddress:
    """One text gateway: twilio:// speaks Twilio's protocol over TLS, twilio+http:// in clear (loopback only)."""

    base_url: str
    account_sid: str
    auth_token: str
    sender: str

    @classmethod
    def parse(cls, variable: str) -> "TextAddress":
        """Read the URL in `variable`, e.g. twilio://ACxxx:token@api.twilio.com?from=%2B15005550006."""
        url = urlparse(required(variable))
        sender = parse_qs(url.query).get("from", [""])[0].strip()
        in_clear = url.scheme == "twilio+http" and url.hostname in ("127.0.0.1", "localhost", "::1")
        if not (url.scheme == "twilio" or in_clear) or not (url.username and url.password and sender):
            raise ImproperlyConfigured(
                f"{variable} must look like twilio://account:token@api.twilio.com?from=%2B15005550006."
            )
        return cls(
            base_url=f"{'http' if in_clear else 'https'}://{url.netloc.rpartition('@')[2]}",
            account_sid=unquote(url.username),
            auth_token=unquote(url.password),
            sender=f"+{sender}" if sender.isdecimal() else sender,
        )

    def options(self) -> dict[str, Any]:
        """As accounts.sms.twilio.TwilioGateway takes them."""
        return {
            "base_url": self.base_url,
            "account_sid": self.account_sid,
            "auth_token": self.auth_token,
            "sender": self.sender,
        }
