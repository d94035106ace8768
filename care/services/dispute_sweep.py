"""Asking the provider about disputes that are not final, and about those that no webhook ever told of."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max

from care.models import Dispute, FraudWarning
from care.services.disputes import look_at_dispute
from care.services.fraud_warnings import look_at_warning
from provider import calls
from provider.alerts import raise_alert
from provider.client import stripe_client
from provider.errors import ProviderRefused, ProviderUnknown
from wallet.services.steps import Source

SWEEP_LIMIT = 200
LOOK_BACK = timedelta(days=400)  # when nothing is known: longer than a payment can be disputed
OVERLAP = timedelta(days=3)  # beside the newest one known
PAGE, MOST_PAGES = 100, 50
CLAIMED_FOR = timedelta(minutes=5)


def due_disputes(*, now: datetime) -> list[str]:
    """The provider's ids of disputes whose turn it is, longest waiting first."""
    due = Dispute.objects.filter(next_check_at__lte=now).order_by("next_check_at")
    return list(due.values_list("provider_id", flat=True)[:SWEEP_LIMIT])


def check_dispute(*, provider_id: str, now: datetime) -> Dispute | None:
    """This will bring one dispute up to date. None: another worker is at it, or the provider does not answer."""
    with transaction.atomic(durable=True):
        due = Dispute.objects.filter(provider_id=provider_id, next_check_at__lte=now)
        if not due.update(next_check_at=now + CLAIMED_FOR):
            return None
    try:
        return look_at_dispute(provider_id=provider_id, source=Source.SWEEP, now=now)
    except ProviderUnknown:
        return None
    except ProviderRefused as refusal:
        raise_alert(
            code="dispute_unknown_to_provider",
            key=provider_id,
            message=f"The provider does not know dispute {provider_id}: {refusal}",
        )
        return None


def adopt_unknown(*, now: datetime) -> int:
    """This will list the newest disputes and warnings and look at those that never reached us; answers how many.

    A provider that does not answer is asked again at the next sweep.
    """
    client = stripe_client().v1
    try:
        disputes = _unknown(client.disputes.list, Dispute, now)
        warnings = _unknown(client.radar.early_fraud_warnings.list, FraudWarning, now)
        for provider_id in reversed(disputes):  # oldest first
            look_at_dispute(provider_id=provider_id, source=Source.SWEEP, now=now)
        for provider_id in reversed(warnings):
            look_at_warning(provider_id=provider_id, source=Source.SWEEP, now=now)
    except ProviderUnknown:
        return 0
    return len(disputes) + len(warnings)


def _unknown(
    list_them: Callable[..., Any], model: type[Dispute] | type[FraudWarning], now: datetime
) -> list[str]:
    """The ids, newest first, that the provider lists and we have no row of."""
    newest: datetime | None = model.objects.aggregate(newest=Max("happened_at"))["newest"]
    since = newest - OVERLAP if newest else now - LOOK_BACK
    params: dict[str, Any] = {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
    listed: list[str] = []
    for _ in range(MOST_PAGES):
        page: Mapping[str, Any] = calls.read(partial(list_them, params))
        listed += [one["id"] for one in page["data"]]
        if not page["has_more"]:
            break
        params = {**params, "starting_after": listed[-1]}
    known = set(model.objects.filter(provider_id__in=listed).values_list("provider_id", flat=True))
    return [provider_id for provider_id in listed if provider_id not in known]
