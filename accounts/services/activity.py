"""What happened to an account is written down for its person."""

from datetime import datetime, timedelta
from itertools import chain

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest

from accounts import hooks
from accounts.models import SecurityEvent, User

USER_AGENT_MAX = 300
ROWS_AT_ONCE = 1_000


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


def forget_old_events(*, now: datetime) -> int:
    """Delete events older than SECURITY_EVENTS_KEPT_DAYS that nothing refers to; returns how many. `now`: wall time.

    A thousand at a time, each committed by itself.
    """
    kept_since = now - timedelta(days=settings.SECURITY_EVENTS_KEPT_DAYS)
    forgotten = after = 0
    while ids := _old_events(kept_since, after):
        needed = set(chain.from_iterable(hooks.needed_events.call_all(ids)))
        deleted, _ = SecurityEvent.objects.filter(pk__in=set(ids) - needed).delete()
        forgotten, after = forgotten + deleted, ids[-1]
    return forgotten


def _old_events(kept_since: datetime, after: int) -> list[int]:
    old = SecurityEvent.objects.filter(at__lt=kept_since, pk__gt=after).order_by("pk")
    return list(old.values_list("pk", flat=True)[:ROWS_AT_ONCE])
