"""An issuer's early fraud warning: kept, told to the operators, and its payer counts as risky from now on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from care.models import FraudWarning
from care.provider_disputes import Warned
from care.services.disputes import credited_order, judge, nothing_else
from ledger.retry import in_transaction
from provider import calls
from provider.alerts import raise_alert
from provider.client import stripe_client
from wallet.services.steps import Kind, Source, locked, note


def look_at_warning(
    *, provider_id: str, source: Source, now: datetime, settle: Callable[[], None] = nothing_else
) -> FraudWarning:
    """This will ask the provider about a fraud warning and keep it, once. As `look_at_dispute`.

    Raises:
        ProviderUnknown, ProviderRefused: the provider did not answer, or knows no such warning; nothing changed.
    """
    retrieve = stripe_client().v1.radar.early_fraud_warnings.retrieve
    answer: Mapping[str, Any] = calls.read(lambda: retrieve(provider_id))
    warned = Warned.read(answer)
    order_id = credited_order("", warned.intent_id, warned.charge_id, source=source, now=now)
    return in_transaction(partial(_keep, warned, order_id, source=source, now=now, settle=settle))


def _keep(
    warned: Warned, order_id: UUID | None, *, source: Source, now: datetime, settle: Callable[[], None]
) -> FraudWarning:
    order = locked(order_id) if order_id is not None else None
    row, is_new = FraudWarning.objects.get_or_create(
        provider_id=warned.provider_id,
        defaults={
            "order": order,
            "charge_id": warned.charge_id,
            "fraud_type": warned.fraud_type,
            "is_actionable": warned.is_actionable,
            "happened_at": warned.happened_at,
            "seen_at": now,
        },
    )
    if row.is_actionable and not warned.is_actionable:  # it never becomes actionable again
        row.is_actionable = False
        row.save(update_fields=["is_actionable"])
    if is_new:
        _tell_operators(row)
        if order is not None:
            note(
                order,
                Kind.FRAUD_WARNING,
                source=source,
                now=now,
                code=row.fraud_type,
                warning=row.provider_id,
            )
            judge(order, now=now)
    settle()
    return row


def _tell_operators(row: FraudWarning) -> None:
    advice = (
        "Refunding it now may spare a dispute."
        if row.is_actionable
        else "It is refunded or disputed already."
    )
    raise_alert(
        code="fraud_warning",
        key=row.provider_id,
        message=f"The issuer warns that a payment may be fraud ({row.fraud_type.replace('_', ' ')}). {advice}",
        order=str(row.order_id or ""),
        charge=row.charge_id,
    )
