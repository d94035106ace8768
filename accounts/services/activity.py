"""What happened to an account is written down for its person."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from accounts.models import SecurityEvent, User

USER_AGENT_MAX = 300


def record_security_event(
    *,
    user: User,
    kind: str,
    now: datetime,
    request: HttpRequest | None = None,
    **facts: str | int,
) -> SecurityEvent:
    """Write one line of the account's activity, with the device and address of `request` if a person did it.

    Joins the caller's transaction. `now` in wall time; `facts` hold no secret, no code and no address in full.
    """
    return SecurityEvent.objects.create(
        user=user,
        kind=kind,
        at=now,
        ip=get_adapter().get_client_ip(request) if request else None,
        user_agent=request.headers.get("User-Agent", "")[:USER_AGENT_MAX] if request else "",
        facts=facts,
    )
