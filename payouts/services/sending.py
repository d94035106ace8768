"""From approved to the bank: read the account, transfer, pay out. Each outside step is intent, call, outcome.

A step may be run by several workers, one after the other or (when a lease ran out) at once: the key, stored before
the call, makes it happen once at the provider, and the state under the row's lock decides what is written. What was
asked before is looked up before it is asked again.
"""

import uuid
from datetime import datetime, timedelta

from ground import failpoints
from payouts import bookings, connect
from payouts.models import Payout, PayoutAttempt
from payouts.selectors import is_frozen
from payouts.services import account as accounts_at_provider
from payouts.services.lease import held
from payouts.services.settling import apply_bank_facts
from payouts.services.transitions import advance, record
from payouts.services.waiting import wait, wait_for_answer
from payouts.states import AttemptOutcome, PayoutState, WaitReason
from provider.alerts import raise_alert
from provider.errors import ProviderRefused, ProviderUnknown

ACCOUNT_REFUSALS = frozenset(
    {
        "insufficient_capabilities_for_transfer",
        "account_invalid",
        "transfers_not_allowed",
        "payouts_not_allowed",
    }
)
ACCOUNT_RETRY = timedelta(hours=1)
FROZEN_RETRY = timedelta(minutes=10)


def prepare(payout: Payout, lease: uuid.UUID, *, now: datetime) -> None:
    """approved → sending: re-read the account, and only when it may receive money, begin an attempt."""
    try:
        account = accounts_at_provider.refresh_account(account_id=payout.account_id, now=now)
    except ProviderUnknown:
        return wait(payout.id, lease, WaitReason.UNKNOWN, now=now)
    except ProviderRefused as refusal:  # the provider does not know the account any more
        raise_alert(code="payout_account_unreadable", key=str(payout.id), message=refusal.message)
        return wait(payout.id, lease, WaitReason.ACCOUNT, now=now, after=ACCOUNT_RETRY)
    if not account.is_ready:
        return wait(payout.id, lease, WaitReason.ACCOUNT, now=now, after=ACCOUNT_RETRY)
    with held(payout.id, lease) as fresh:
        is_stopped = is_frozen(
            fresh.creator
        )  # under the lock: who freezes takes it too, and then waits for us
        if fresh.status == PayoutState.APPROVED and not is_stopped:
            begin_attempt(fresh, now=now)
            advance(fresh, PayoutState.SENDING, now=now, due_at=now)
    if is_stopped:
        wait(payout.id, lease, WaitReason.FROZEN, now=now, after=FROZEN_RETRY)
    return None


def begin_attempt(payout: Payout, *, now: datetime) -> PayoutAttempt:
    """Store the keys of all calls of a new attempt, before the first of them is made."""
    number = payout.attempts.count() + 1
    name = f"payout:{payout.id}:{number}"
    return PayoutAttempt.objects.create(
        payout=payout,
        number=number,
        destination=payout.account.provider_account_id or "",
        transfer_group=name,
        transfer_key=f"{name}:transfer",
        payout_key=f"{name}:payout",
        reversal_key=f"{name}:reversal",
        created_at=now,
    )


def transfer(payout: Payout, lease: uuid.UUID, *, now: datetime) -> None:
    """Move the net from the platform's balance to the creator's account at the provider."""
    attempt = payout.attempts.get(outcome=AttemptOutcome.OPEN)
    try:
        transfer_id = connect.find_transfer(attempt) if attempt.transfer_asked_at else None
        if transfer_id is None:
            PayoutAttempt.objects.filter(id=attempt.pk, transfer_asked_at=None).update(transfer_asked_at=now)
            failpoints.reach("before_transfer")
            transfer_id = connect.transfer(payout, attempt)
    except ProviderUnknown as unknown:
        return wait_for_answer(payout.id, lease, attempt.transfer_key, unknown, now=now)
    except ProviderRefused as refusal:
        return _transfer_refused(payout, lease, attempt, refusal, now)
    failpoints.reach("transfer_made")
    with held(payout.id, lease) as fresh:
        _record_transfer(fresh, attempt, transfer_id, now)
    return None


def pay_out(payout: Payout, lease: uuid.UUID, *, now: datetime) -> None:
    """Have the provider send the money from the creator's account there to the bank."""
    attempt = payout.attempts.get(outcome=AttemptOutcome.OPEN)
    try:
        facts = connect.find_payout(attempt) if attempt.payout_asked_at else None
        if facts is None:
            PayoutAttempt.objects.filter(id=attempt.pk, payout_asked_at=None).update(payout_asked_at=now)
            failpoints.reach("before_payout")
            facts = connect.pay_out(payout, attempt)
    except ProviderUnknown as unknown:
        return wait_for_answer(payout.id, lease, attempt.payout_key, unknown, now=now)
    except ProviderRefused as refusal:
        return _payout_refused(payout, lease, attempt, refusal, now)
    failpoints.reach("payout_made")
    with held(payout.id, lease) as fresh:
        apply_bank_facts(fresh, facts, now=now)
    return None


def _record_transfer(payout: Payout, attempt: PayoutAttempt, transfer_id: str, now: datetime) -> None:
    attempt.refresh_from_db()
    if attempt.transfer_id is not None:
        return
    attempt.transfer_id = transfer_id
    attempt.save()
    bookings.transferred(payout, now=now)
    payout.due_at, payout.tries, payout.wait_reason = now, 0, WaitReason.NONE
    payout.save()
    record(payout, "transferred", now=now, facts={"transfer": transfer_id, "attempt": attempt.number})


def _transfer_refused(
    payout: Payout, lease: uuid.UUID, attempt: PayoutAttempt, refusal: ProviderRefused, now: datetime
) -> None:
    """Nothing was moved. Short of funds or an account that may not receive: wait. Anything else: give all back."""
    code = refusal.provider_code
    facts = {"attempt": attempt.number, "code": code}
    with held(payout.id, lease) as fresh:
        _close(attempt, AttemptOutcome.REFUSED, code, refusal.message, now)
        if code == "balance_insufficient" or code in ACCOUNT_REFUSALS:
            short = code == "balance_insufficient"
            delay = (
                timedelta(seconds=min(3600, 30 * 2 ** min(attempt.number, 10))) if short else ACCOUNT_RETRY
            )
            advance(fresh, PayoutState.APPROVED, now=now, due_at=now + delay, facts=facts)
            fresh.wait_reason = WaitReason.BALANCE if short else WaitReason.ACCOUNT
            fresh.save()
        else:
            fresh.failure_code = code[:60]
            advance(fresh, PayoutState.FAILED, now=now, facts=facts)
            bookings.release(fresh, now=now)
            advance(fresh, PayoutState.RETURNED, now=now)
    raise_alert(code=f"transfer_{code}"[:60], key=str(payout.id), message=refusal.message)


def _payout_refused(
    payout: Payout, lease: uuid.UUID, attempt: PayoutAttempt, refusal: ProviderRefused, now: datetime
) -> None:
    """The money lies on the creator's account at the provider and cannot go on: bring it back, then give all back."""
    code = refusal.provider_code
    with held(payout.id, lease) as fresh:
        if fresh.status == PayoutState.SENDING:
            _close(attempt, AttemptOutcome.FAILED, code, refusal.message, now)
            fresh.failure_code = code[:60]
            advance(fresh, PayoutState.FAILED, now=now, due_at=now, facts={"code": code})


def _close(attempt: PayoutAttempt, outcome: AttemptOutcome, code: str, message: str, now: datetime) -> None:
    attempt.outcome, attempt.closed_at = outcome, now
    attempt.failure_code, attempt.failure_message = code[:60], message[:300]
    attempt.save()
