"""What payouts do when the provider tells of an account, a payout or a transfer. Registered by AppConfig.ready.

No decision rests on an event's content: it says where to look, and the provider is asked.
"""

import uuid

from django.db import transaction

from ground import clock
from payouts import nudges
from payouts.connect import PAYOUT_MARK
from payouts.models import ConnectedAccount, Payout, PayoutAttempt
from payouts.selectors import accounts_worth_listing
from payouts.services import account as payout_accounts
from payouts.services import settling
from payouts.states import PayoutState, WaitReason
from provider.hooks import accounts_to_list, on_event
from provider.models import InboxEvent

Status = InboxEvent.Status


@on_event(
    "account.updated",
    "capability.updated",
    "account.external_account.created",
    "account.external_account.updated",
    "account.external_account.deleted",
)
def account_changed(event: InboxEvent) -> Status:
    """Read the account anew."""
    account = _account(event)
    if account is None:
        return Status.IGNORED
    payout_accounts.refresh_account(account_id=account.pk, now=clock.now())
    return Status.DONE


@on_event("account.application.deauthorized")
def account_disconnected(event: InboxEvent) -> Status:
    """Send nothing there any more."""
    account = _account(event)
    if account is None:
        return Status.IGNORED
    payout_accounts.mark_deauthorised(account_id=account.pk, now=clock.now())
    return Status.DONE


@on_event("payout.created", "payout.updated", "payout.paid", "payout.failed", "payout.canceled")
def payout_changed(event: InboxEvent) -> Status | None:
    """Ask where that payout is now, and write it down."""
    payout_id = _payout_id(event)
    if payout_id is None:
        return Status.IGNORED  # the platform's own payout to its bank, or one made by hand at the provider
    settling.settle_by_event(event=event, payout_id=payout_id, now=clock.now())
    return None


@on_event("transfer.reversed")
def transfer_reversed(event: InboxEvent) -> Status:
    """Somebody brought a transfer back: if its payout failed, that may be all it waits for."""
    attempt = PayoutAttempt.objects.filter(transfer_id=event.object_id).first()
    if attempt is None:
        return Status.IGNORED
    with transaction.atomic(durable=True):
        failed = Payout.objects.filter(id=attempt.payout_id, state=PayoutState.FAILED)
        if failed.update(due_at=clock.now()):
            nudges.nudge(attempt.payout_id)
    return Status.DONE


@on_event("balance.available")
def balance_available(event: InboxEvent) -> Status:
    """The platform has funds at the provider: what waited for them is tried now."""
    payout_accounts.wake(wait_reason=WaitReason.BALANCE, now=clock.now())
    return Status.DONE


def _account(event: InboxEvent) -> ConnectedAccount | None:
    return ConnectedAccount.objects.filter(provider_account_id=event.account or event.object_id).first()


def _payout_id(event: InboxEvent) -> uuid.UUID | None:
    """Ours by the provider's id, or, when our own commit is not through yet, by the mark we put on it."""
    if not event.account:
        return None
    attempt = PayoutAttempt.objects.filter(provider_payout_id=event.object_id).first()
    if attempt is not None:
        return attempt.payout_id
    metadata = event.subject.get("metadata")
    mark = str(metadata.get(PAYOUT_MARK, "")) if isinstance(metadata, dict) else ""
    try:
        marked = uuid.UUID(mark)
    except ValueError:
        return None
    return marked if Payout.objects.filter(id=marked).exists() else None


accounts_to_list.register(accounts_worth_listing)
