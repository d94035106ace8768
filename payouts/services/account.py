"""The creator's account at the payment provider: opening it, the provider's own pages, and what it says of it."""

from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import services as people
from accounts.models import User
from events import log
from payouts import connect, nudges
from payouts.errors import CountryRequired, CreatorRequired
from payouts.models import ConnectedAccount, Payout
from payouts.services.request import CASH_OUT_TERMS
from payouts.states import PayoutState, WaitReason
from provider.alerts import raise_alert
from wallet import rates


def become_creator(*, user: User, accept_terms: bool, now: datetime) -> None:
    """Make `user` a creator, with `accept_terms` accepting the terms in force. Who is one stays one.

    Raises:
        AgeRequired, TermsRequired, SecondFactorRequired: what is missing.
    """
    if accept_terms:
        people.accept_terms(user=user, kinds=CASH_OUT_TERMS, now=now)
    people.become_creator(user=user, now=now)


def start_onboarding(
    *, user: User, accept_terms: bool, return_url: str, refresh_url: str, now: datetime
) -> str:
    """Make `user` a creator if they are none, open their payout account, and answer the provider's page for it.

    Opens its own transactions; asks the provider between them. Twice opens one account.

    Raises:
        AgeRequired, TermsRequired, SecondFactorRequired, CountryRequired: what is missing; nothing was opened.
        ProviderUnknown, ProviderRefused: the provider; asking again goes on where this stopped.
    """
    become_creator(user=user, accept_terms=accept_terms, now=now)
    account = _account_in_use(user, now)
    provider_account_id = account.provider_account_id or _open(account)
    return connect.onboarding_url(provider_account_id, return_url=return_url, refresh_url=refresh_url)


def onboarding_again(*, user: User, return_url: str, refresh_url: str) -> str:
    """A fresh link to the provider's page for an account that exists already.

    Raises:
        CreatorRequired: there is no account; it begins elsewhere.
    """
    account = ConnectedAccount.objects.filter(creator=user, retired_at=None).first()
    if account is None or account.provider_account_id is None:
        raise CreatorRequired
    return connect.onboarding_url(account.provider_account_id, return_url=return_url, refresh_url=refresh_url)


def refresh_account(*, account_id: int, now: datetime) -> ConnectedAccount:
    """Read the account from the provider and keep what it says. The only way our copy changes.

    Raises:
        ProviderUnknown, ProviderRefused: our copy stayed as it was.
    """
    account = ConnectedAccount.objects.get(id=account_id)
    if account.provider_account_id is None or account.deauthorised_at is not None:
        return account
    facts = connect.read_account(account.provider_account_id)
    with transaction.atomic(durable=True):
        account = ConnectedAccount.objects.select_for_update(no_key=True).get(id=account_id)
        was_ready = account.is_ready
        _apply(account, facts, now)
        if account.is_ready and not was_ready:
            wake(wait_reason=WaitReason.ACCOUNT, account=account, now=now)
        _tell(account)
    return account


def mark_deauthorised(*, account_id: int, now: datetime) -> None:
    """The creator disconnected their account at the provider: nothing is sent there any more."""
    with transaction.atomic(durable=True):
        account = ConnectedAccount.objects.select_for_update(no_key=True).get(id=account_id)
        if account.deauthorised_at is None:
            account.deauthorised_at, account.payouts_enabled = now, False
            account.save()
            _tell(account)
    message = f"{account} was disconnected by its owner."
    raise_alert(code="payout_account_disconnected", key=str(account), message=message)


def wake(*, wait_reason: WaitReason, now: datetime, account: ConnectedAccount | None = None) -> None:
    """Let payouts that wait for this reason be tried now. In the caller's transaction, or its own."""
    waiting = Payout.objects.filter(state=PayoutState.APPROVED, wait_reason=wait_reason)
    if account is not None:
        waiting = waiting.filter(account=account)
    for payout_id in list(waiting.values_list("id", flat=True)[:500]):
        Payout.objects.filter(id=payout_id, state=PayoutState.APPROVED).update(due_at=now)
        nudges.nudge(payout_id)


def _account_in_use(user: User, now: datetime) -> ConnectedAccount:
    """The account row, made and committed before anything is asked of the provider (its key is in it)."""
    if not user.country:
        raise CountryRequired
    with transaction.atomic(durable=True):
        accounts = ConnectedAccount.objects.select_for_update(no_key=True)
        account = accounts.filter(creator=user, retired_at=None).first()
        if account is not None and account.deauthorised_at is not None:
            account.retired_at = now
            account.save(update_fields=["retired_at"])
            account = None
        return account or _new_account(user, now)


def _new_account(user: User, now: datetime) -> ConnectedAccount:
    try:
        with transaction.atomic():
            return ConnectedAccount.objects.create(
                creator=user, country=user.country, currency=rates.in_force(now).currency, created_at=now
            )
    except IntegrityError:  # asked twice at once: the other one's row
        return ConnectedAccount.objects.get(creator=user, retired_at=None)


def _open(account: ConnectedAccount) -> str:
    provider_account_id = connect.open_account(account)
    ConnectedAccount.objects.filter(id=account.pk, provider_account_id=None).update(
        provider_account_id=provider_account_id
    )
    return provider_account_id


def _apply(account: ConnectedAccount, facts: dict[str, Any], now: datetime) -> None:
    requirements = facts.get("requirements") or {}
    account.details_submitted = bool(facts.get("details_submitted"))
    account.payouts_enabled = bool(facts.get("payouts_enabled"))
    account.transfers_capability = str((facts.get("capabilities") or {}).get("transfers") or "inactive")
    account.requirements_due = list(requirements.get("currently_due") or [])
    account.requirements_past_due = list(requirements.get("past_due") or [])
    account.disabled_reason = str(requirements.get("disabled_reason") or "")[:80]
    banks = (facts.get("external_accounts") or {}).get("data") or [{}]
    account.bank_name = str(banks[0].get("bank_name") or "")[:100]
    account.bank_last4 = str(banks[0].get("last4") or "")[:4]
    account.read_at = now.astimezone(UTC)
    account.save()


def _tell(account: ConnectedAccount) -> None:
    body = {"state": account.state, "can_cash_out": account.is_ready}
    log.publish(f"user:{account.creator_id}", "creator.payout_account", body)
