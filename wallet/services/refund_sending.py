"""A refund at the provider: asked once, looked at until it is final, and found when it was made there."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import stripe

from ground import failpoints
from ledger.retry import in_transaction
from provider import calls
from provider.alerts import raise_alert
from provider.client import stripe_client
from provider.errors import ProviderKeyTooOld, ProviderRefused, ProviderUnknown
from wallet import refunds
from wallet.models import Order, Refund
from wallet.refund_payments import EXPAND, AtProvider
from wallet.refund_states import UNDONE, RefundState
from wallet.services.fulfil import nothing_else
from wallet.services.refund_steps import locked_refund, succeed, tell, undo
from wallet.services.steps import Source

MAX_PAGES, PAGE = 10, 100


def send_refund(*, refund_id: UUID, now: datetime, source: Source = Source.SWEEP) -> Refund:
    """Ask the provider for a pending refund with its one stored key, and take down its answer.

    A silent provider leaves it pending; a refusal undoes it and tells the operators. Opens its own transactions and
    must not run inside one.
    """
    refund = Refund.objects.select_related("order").get(pk=refund_id)
    if refund.state != RefundState.PENDING or refund.provider_id:
        return refund
    failpoints.reach("before_refund")
    try:
        made = AtProvider.read(_make(refund))
    except ProviderUnknown:
        return refund
    except ProviderRefused as refusal:
        return _refused(refund_id, refusal, source=source, now=now)
    failpoints.reach("refund_made")
    return take_down(refund_id=refund_id, there=made, source=source, now=now)


def look_at_refund(*, refund_id: UUID, now: datetime, source: Source = Source.SWEEP) -> Refund:
    """Bring a refund to what the provider says of it now; one that the provider has not yet is asked for again.

    Raises:
        ProviderUnknown: the provider did not answer; nothing changed.
    """
    refund = Refund.objects.get(pk=refund_id)
    if refund.provider_id is None:
        return send_refund(refund_id=refund_id, now=now, source=source)
    return take_down(refund_id=refund_id, there=retrieve(refund.provider_id), source=source, now=now)


def retrieve(provider_id: str) -> AtProvider:
    """A refund as the provider has it now."""
    return AtProvider.read(calls.read(lambda: _retrieve(provider_id)))


def take_down(
    *,
    refund_id: UUID,
    there: AtProvider,
    source: Source,
    now: datetime,
    settle: Callable[[], None] = nothing_else,
) -> Refund:
    """Bring our refund to what the provider says. Safe to call many times at once, in whatever order news comes.

    `settle` runs inside the transaction of the work.
    """
    return in_transaction(lambda: apply_answer(refund_id, there, source=source, now=now, settle=settle))


def apply_answer(
    refund_id: UUID, there: AtProvider, *, source: Source, now: datetime, settle: Callable[[], None]
) -> Refund:
    """`take_down` inside the caller's transaction."""
    order, refund = locked_refund(refund_id)
    before = refund.state
    _name(order, refund, there)
    if refund.state in (RefundState.PENDING, RefundState.SUCCEEDED):
        if there.booked is not None:
            refunds.refund_paid(
                order, holder=order.user.ledger_id, reference=str(refund.pk), booked_minor=there.booked.minor,
                now=now, currency=there.booked.currency,
            )  # fmt: skip
        _follow(order, refund, there, source=source, now=now)
    settle()
    if refund.state != before:
        tell(order, refund)
    return refund


def _make(refund: Refund) -> dict[str, Any]:
    made = stripe_client().v1.refunds
    key, params = f"refund:{refund.pk}", _params(refund)
    try:
        return calls.call(
            key=key,
            purpose="refund",
            params=params,
            request=lambda options: made.create(params, options),  # type: ignore[arg-type]
            retrieve=_retrieve,
        )
    except ProviderKeyTooOld:
        if found := _made_before(refund):
            return found
        calls.renew(key=key)  # looked up: nothing was made
        raise
    except ProviderUnknown as silence:
        if silence.replayed and _made_before(refund) is None:
            calls.renew(key=key)
        raise


def _params(refund: Refund) -> dict[str, Any]:
    return {
        "charge": refund.order.charge_id,
        "amount": refund.amount_minor,
        "reason": "requested_by_customer",
        "metadata": {"order": str(refund.order_id), "refund": str(refund.pk)},
        "expand": EXPAND,
    }


def _retrieve(provider_id: str) -> stripe.StripeObject:
    return stripe_client().v1.refunds.retrieve(provider_id, {"expand": EXPAND})


def _made_before(refund: Refund) -> dict[str, Any] | None:
    """The provider's refund that carries our name, from its own list of the charge's."""
    ours = str(refund.pk)
    return next(
        (one for one in refunds_of(refund.order.charge_id) if AtProvider.read(one).reference == ours), None
    )


def refunds_of(charge_id: str) -> Iterator[dict[str, Any]]:
    """Every refund of a charge that the provider knows, newest first."""
    params: dict[str, Any] = {
        "charge": charge_id,
        "limit": PAGE,
        "expand": [f"data.{name}" for name in EXPAND],
    }
    for _ in range(MAX_PAGES):
        page = calls.read(lambda: stripe_client().v1.refunds.list(params))  # type: ignore[arg-type]  # noqa: B023
        yield from page["data"]
        if not page["has_more"]:
            return
        params = {**params, "starting_after": page["data"][-1]["id"]}


def _refused(refund_id: UUID, refusal: ProviderRefused, *, source: Source, now: datetime) -> Refund:
    def give_up() -> Refund:
        order, refund = locked_refund(refund_id)
        if refund.state == RefundState.PENDING and refund.provider_id is None:
            undo(order, refund, RefundState.FAILED, code=refusal.provider_code, source=source, now=now)
            tell(order, refund)
        return refund

    return in_transaction(give_up)


def _name(order: Order, refund: Refund, there: AtProvider) -> None:
    """Keep the provider's id, and tell the operators if the two do not say the same."""
    if refund.provider_id is None:
        refund.provider_id = there.id
        refund.save(update_fields=["provider_id"])
    ours = (refund.provider_id, order.charge_id, refund.amount_minor, refund.currency)
    theirs = (there.id, there.charge_id, there.amount_minor, there.currency)
    if ours != theirs:
        raise_alert(
            code="refund_mismatch",
            key=str(refund.pk),
            message=f"Refund {refund.pk} is {ours} here and {theirs} at the provider.",
        )


def _follow(order: Order, refund: Refund, there: AtProvider, *, source: Source, now: datetime) -> None:
    if there.state in UNDONE:
        state = there.state if there.state in refund.status.next else RefundState.FAILED
        undo(order, refund, state, code=there.failure_code or str(there.state), source=source, now=now)
    elif there.state == RefundState.SUCCEEDED and refund.state == RefundState.PENDING:
        succeed(order, refund, source=source, now=now)
