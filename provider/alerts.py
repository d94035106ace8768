"""Tell the operators that something needs a person."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F

from ground import clock
from provider.errors import AlertAlreadyResolved
from provider.models import OperatorAlert


def raise_alert(*, code: str, key: str, message: str, **facts: Any) -> None:
    """This will open an alert, or count one more on the open alert of the same code and key.

    Works inside and outside a transaction; `facts` are JSON values without personal data.
    """
    if _count_up(code, key):
        return
    now = clock.wall()
    try:
        with transaction.atomic():
            OperatorAlert.objects.create(
                code=code, key=key, message=message[:500], facts=facts, raised_at=now, last_raised_at=now
            )
    except IntegrityError:  # somebody opened it in this very moment
        _count_up(code, key)


def resolve_alert(*, alert_id: int, operator: AbstractBaseUser, resolution: str) -> OperatorAlert:
    """This will close an alert with the operator's words.

    Raises:
        AlertAlreadyResolved: somebody was faster; their words stay.
    """
    assert resolution.strip()
    with transaction.atomic(durable=True):
        alert = OperatorAlert.objects.select_for_update().get(pk=alert_id)
        if alert.resolved_at is not None:
            raise AlertAlreadyResolved
        alert.resolved_at = clock.wall()
        alert.resolved_by = operator  # type: ignore[assignment]
        alert.resolution = resolution.strip()[:500]
        alert.save(update_fields=["resolved_at", "resolved_by", "resolution"])
    return alert


def _count_up(code: str, key: str) -> bool:
    open_alert = OperatorAlert.objects.filter(code=code, key=key, resolved_at=None)
    return bool(open_alert.update(times=F("times") + 1, last_raised_at=clock.wall()))
