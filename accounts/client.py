"""From where somebody does what is written down as evidence."""

from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


@dataclass(frozen=True)
class Origin:
    """Address and device."""

    ip: str | None = None
    user_agent: str = ""


def origin_of(request: HttpRequest) -> Origin:
    """The address (behind trusted proxies as allauth reads it) and device of `request`."""
    return Origin(get_adapter().get_client_ip(request), request.headers.get("User-Agent", "")[:300])
