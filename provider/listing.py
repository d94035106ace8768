"""Finding webhooks that got lost: the provider's own list is read, and what is new goes into the inbox (R8)."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import stripe
from django.db import transaction

from ground import clock
from provider import calls, hooks
from provider.alerts import raise_alert
from provider.client import stripe_client
from provider.errors import ProviderUnknown
from provider.inbox import receive
from provider.models import EventListing, InboxEvent

EVERY = timedelta(seconds=60)  # wall time
OVERLAP = timedelta(minutes=10)  # the list may show an event a little after its own time
LOOK_BACK = timedelta(days=29)  # the provider keeps events for 30 days
LATE = timedelta(minutes=5)  # a webhook that is not here by then is lost
PAGE, MAX_PAGES = 100, 50


def find_lost_events() -> int:
    """This will read the newest events of our account and of the connected accounts that matter now.

    Answers how many were new to the inbox. A provider that does not answer is asked again at the next sweep.
    """
    accounts = ["", *(account for accounts in hooks.accounts_to_list.call_all() for account in accounts)]
    return sum(_read(account) for account in dict.fromkeys(accounts) if _is_due(account))


def _is_due(account: str) -> bool:
    """Take this minute's turn for the account: one reader, whichever worker is first."""
    now = clock.wall()
    with transaction.atomic(durable=True):
        EventListing.objects.bulk_create(
            [EventListing(account=account, seen_until=clock.now() - LOOK_BACK, listed_at=now - EVERY)],
            ignore_conflicts=True,
        )
        return bool(
            EventListing.objects.filter(account=account, listed_at__lte=now - EVERY).update(listed_at=now)
        )


def _read(account: str) -> int:
    listing = EventListing.objects.get(account=account)
    try:
        events = _newer_than(listing.seen_until - OVERLAP, account)
    except ProviderUnknown:
        return 0
    found = sum(_take(event) for event in reversed(events))  # oldest first
    if events:
        newest = max(_created_at(event) for event in events)
        EventListing.objects.filter(account=account, seen_until__lt=newest).update(seen_until=newest)
    return found


def _newer_than(since: datetime, account: str) -> list[dict[str, Any]]:
    """All events from `since` on that somebody here cares for, newest first."""
    options: stripe.RequestOptions = {"stripe_account": account} if account else {}
    events: list[dict[str, Any]] = []
    params: dict[str, Any] = {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
    for _ in range(MAX_PAGES):
        page = calls.read(partial(stripe_client().v1.events.list, params, options))  # type: ignore[arg-type]
        events += [_with_account(event, account) for event in page["data"]]
        if not page["has_more"]:
            break
        params = {**params, "starting_after": page["data"][-1]["id"]}
    return [event for event in events if _is_wanted(event["type"])]


def _with_account(event: dict[str, Any], account: str) -> dict[str, Any]:
    return {**event, "account": account} if account else event


def _is_wanted(type_: str) -> bool:
    return hooks.handler_of(type_) is not None


def _take(event: dict[str, Any]) -> bool:
    is_new = receive(event=event, source=InboxEvent.Source.LISTING)
    if is_new and clock.now() - _created_at(event) > LATE:
        raise_alert(
            code="webhook_lost",
            key="platform" if not event.get("account") else "connect",
            message="Events were found in the provider's list whose webhooks never arrived: look at the endpoint.",
            event=event["id"],
        )
    return is_new


def _created_at(event: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(event["created"], UTC)
