"""What we ask of Stripe Connect. Every write goes through `provider.calls`; nothing here touches a database row."""

from typing import Any

import stripe

from payouts.models import ConnectedAccount, Payout, PayoutAttempt
from provider import calls
from provider.client import stripe_client

PAYOUT_MARK = "ovation_payout"  # metadata: our payout's id
ATTEMPT_MARK = "ovation_attempt"  # metadata: our attempt, by which an unknown payout is looked up
LISTED_MAX = 100
PAGES_MAX = 20


def open_account(account: ConnectedAccount) -> str:
    """Open an account for receiving transfers, with payouts made by us alone. Returns its id."""
    params: dict[str, Any] = {
        "type": "express",
        "country": account.country,
        "default_currency": account.currency.lower(),  # what we send is what arrives: no exchange at the provider
        "business_type": "individual",
        "capabilities": {"transfers": {"requested": True}},
        "settings": {"payouts": {"schedule": {"interval": "manual"}}},
        "metadata": {"ovation_account": str(account.creation_key)},
    }
    accounts = stripe_client().v1.accounts
    made = calls.call(
        key=f"account:{account.creation_key}",
        purpose="account",
        params=params,
        request=lambda options: accounts.create(params, options),  # type: ignore[arg-type]
        retrieve=accounts.retrieve,
    )
    return str(made["id"])


def onboarding_url(provider_account_id: str, *, return_url: str, refresh_url: str) -> str:
    """A fresh page of the provider's onboarding: good once, for a few minutes. A second link harms nobody."""
    params: stripe.params.AccountLinkCreateParams = {
        "account": provider_account_id,
        "type": "account_onboarding",
        "return_url": return_url,
        "refresh_url": refresh_url,
    }
    return str(calls.read(lambda: stripe_client().v1.account_links.create(params))["url"])


def read_account(provider_account_id: str) -> dict[str, Any]:
    """The account as it is now."""
    return calls.read(lambda: stripe_client().v1.accounts.retrieve(provider_account_id))


def transfer(payout: Payout, attempt: PayoutAttempt) -> str:
    """Move the net from our balance to the creator's account. Returns the transfer's id."""
    params: dict[str, Any] = {
        "amount": payout.net_minor,
        "currency": payout.currency.lower(),
        "destination": attempt.destination,
        "transfer_group": attempt.transfer_group,
        "metadata": _marks(payout, attempt),
    }
    transfers = stripe_client().v1.transfers
    made = calls.call(
        key=attempt.transfer_key,
        purpose="transfer",
        params=params,
        request=lambda options: transfers.create(params, options),  # type: ignore[arg-type]
        retrieve=transfers.retrieve,
    )
    return str(made["id"])


def find_transfer(attempt: PayoutAttempt) -> str | None:
    """The attempt's transfer, if the provider made it: an attempt has its own transfer group."""
    listed = calls.read(
        lambda: stripe_client().v1.transfers.list({"transfer_group": attempt.transfer_group, "limit": 2})
    )["data"]
    assert len(listed) <= 1, f"two transfers of {attempt.transfer_group}"
    return str(listed[0]["id"]) if listed else None


def pay_out(payout: Payout, attempt: PayoutAttempt) -> dict[str, Any]:
    """Send the net from the creator's account at the provider to the bank. Returns the provider's payout."""
    params: dict[str, Any] = {
        "amount": payout.net_minor,
        "currency": payout.currency.lower(),
        "metadata": _marks(payout, attempt),
    }
    payouts = stripe_client().v1.payouts
    return calls.call(
        key=attempt.payout_key,
        purpose="payout",
        params=params,
        request=lambda options: payouts.create(params, options),  # type: ignore[arg-type]
        retrieve=lambda payout_id: payouts.retrieve(payout_id, None, _on_behalf(attempt)),
        account=attempt.destination,
    )


def find_payout(attempt: PayoutAttempt) -> dict[str, Any] | None:
    """The attempt's payout, if the provider made it, by the mark in its metadata. Newest first, so found soon."""
    params: stripe.params.PayoutListParams = {"limit": LISTED_MAX}
    for _ in range(PAGES_MAX):
        page = calls.read(lambda: stripe_client().v1.payouts.list(params, _on_behalf(attempt)))
        for made in page["data"]:
            if (made.get("metadata") or {}).get(ATTEMPT_MARK) == attempt.transfer_group:
                found: dict[str, Any] = made
                return found
        if not page["has_more"]:
            return None
        params["starting_after"] = page["data"][-1]["id"]
    raise AssertionError(f"more than {LISTED_MAX * PAGES_MAX} payouts of {attempt.destination}")


def read_payout(account: str, payout_id: str) -> dict[str, Any]:
    """A payout of a creator's account as it is now."""
    return calls.read(
        lambda: stripe_client().v1.payouts.retrieve(payout_id, None, {"stripe_account": account})
    )


def reverse(payout: Payout, attempt: PayoutAttempt) -> str:
    """Bring the whole transfer back to our balance. Returns the reversal's id."""
    assert attempt.transfer_id
    transfer_id = attempt.transfer_id
    params: dict[str, Any] = {"amount": payout.net_minor, "metadata": _marks(payout, attempt)}
    reversals = stripe_client().v1.transfers.reversals
    made = calls.call(
        key=attempt.reversal_key,
        purpose="transfer_reversal",
        params=params,
        request=lambda options: reversals.create(transfer_id, params, options),  # type: ignore[arg-type]
        retrieve=lambda reversal_id: reversals.retrieve(transfer_id, reversal_id),
    )
    return str(made["id"])


def find_reversal(payout: Payout, attempt: PayoutAttempt) -> str | None:
    """The reversal that brought the whole transfer back, whoever made it; none while a part is still out."""
    assert attempt.transfer_id
    transfer_id = attempt.transfer_id
    made = calls.read(lambda: stripe_client().v1.transfers.retrieve(transfer_id))
    if made["amount_reversed"] < payout.net_minor:
        return None
    listed = calls.read(lambda: stripe_client().v1.transfers.reversals.list(transfer_id, {"limit": 1}))[
        "data"
    ]
    return str(listed[0]["id"])


def _marks(payout: Payout, attempt: PayoutAttempt) -> dict[str, str]:
    return {PAYOUT_MARK: str(payout.id), ATTEMPT_MARK: attempt.transfer_group}


def _on_behalf(attempt: PayoutAttempt) -> stripe.RequestOptions:
    return {"stripe_account": attempt.destination}
