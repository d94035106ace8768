"""Telling a worker, after the commit, that a row has work. A lost nudge loses nothing: the sweep reads the rows."""

import uuid

from provider.nudge import nudge as send


def nudge(payout_id: uuid.UUID) -> None:
    """Have a worker look at the payout once the present transaction is committed."""
    send("payouts.tasks.work_on", str(payout_id))


def nudge_notices() -> None:
    """Have a worker send the emails owed once the present transaction is committed."""
    send("payouts.tasks.send_notices")
