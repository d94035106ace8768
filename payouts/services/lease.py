"""One worker at a time per payout: a short row lock hands out a lease, and no lock is held while Stripe is asked."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from ground import clock
from payouts.models import Payout
from payouts.services.transitions import locked

LEASE_S = (
    150  # longer than a task may run (CELERY_TASK_TIME_LIMIT): a lease that ends belongs to a dead worker
)


class LeaseLost(Exception):
    """Another worker took this payout over; what we learned from the provider, it will look up."""


def claim(payout_id: uuid.UUID) -> uuid.UUID | None:
    """Take the payout for this worker; empty when another has it, or it is being changed, or does not exist."""
    wall = clock.wall()
    free = Q(leased_until=None) | Q(leased_until__lte=wall)
    with transaction.atomic(durable=True):
        rows = Payout.objects.select_for_update(no_key=True, skip_locked=True)
        payout = rows.filter(free, id=payout_id).first()
        if payout is None:
            return None
        payout.lease, payout.leased_until = uuid.uuid4(), wall + timedelta(seconds=LEASE_S)
        payout.save(update_fields=["lease", "leased_until"])
        return payout.lease


def release(payout_id: uuid.UUID, lease: uuid.UUID) -> None:
    """Give the payout back, if it is still ours."""
    Payout.objects.filter(id=payout_id, lease=lease).update(lease=None, leased_until=None)


@contextmanager
def held(payout_id: uuid.UUID, lease: uuid.UUID) -> Iterator[Payout]:
    """Open a transaction with the payout locked, for one state change by the worker that holds `lease`.

    Raises:
        LeaseLost: it took too long and another worker has the payout.
    """
    with locked(payout_id) as payout:
        if payout.lease != lease:
            raise LeaseLost
        yield payout
