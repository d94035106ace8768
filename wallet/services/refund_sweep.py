"""Asking the provider about every refund that is not final, whatever got lost on the way."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from provider.alerts import raise_alert
from provider.errors import ProviderRefused, ProviderUnknown
from wallet.models import Refund
from wallet.refund_states import RefundState
from wallet.services.refund_sending import look_at_refund
from wallet.services.refund_steps import LOOK_AGAIN_AFTER, WATCHED_FOR
from wallet.services.sweep import SWEEP_LIMIT, pause


def due_refunds(*, now: datetime) -> list[UUID]:
    """The refunds whose turn it is, longest waiting first."""
    due = Refund.objects.filter(next_check_at__lte=now).order_by("next_check_at")
    return list(due.values_list("pk", flat=True)[:SWEEP_LIMIT])


def check_refund(*, refund_id: UUID, now: datetime) -> Refund | None:
    """This will bring one refund up to date. None: another worker is at it, or it is not its turn."""
    refund = _claim(refund_id, now)
    if refund is None:
        return None
    try:
        return look_at_refund(refund_id=refund_id, now=now)
    except ProviderUnknown:
        return refund
    except ProviderRefused as refusal:
        raise_alert(
            code="refund_unknown_to_provider",
            key=str(refund_id),
            message=f"The provider does not know refund {refund_id}: {refusal}",
        )
        return refund


def _claim(refund_id: UUID, now: datetime) -> Refund | None:
    """Set the next check, so that whoever comes second finds nothing to do. A paid one is watched for a month."""
    with transaction.atomic(durable=True):
        due = Refund.objects.filter(pk=refund_id, next_check_at__lte=now)
        refund = due.select_for_update(skip_locked=True, of=("self",)).first()
        if refund is None:
            return None
        if refund.state == RefundState.SUCCEEDED:
            is_watched = now < refund.created_at + WATCHED_FOR
            refund.next_check_at = now + LOOK_AGAIN_AFTER if is_watched else None
        else:
            refund.next_check_at = now + pause(refund.checks)
        refund.checks += 1
        refund.save(update_fields=["next_check_at", "checks"])
    return refund
