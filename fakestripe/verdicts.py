"""What a person at the control plane or the dashboard lets banks, issuers and buyers do, and what happens for no
reason at all."""

from collections.abc import Callable

from fakestripe import disputes, fraud_warnings, refunds
from fakestripe.errors import ApiError
from fakestripe.events import emit_odd
from fakestripe.params import control_integer
from fakestripe.shapes import Json
from fakestripe.work import Work


def dispute(work: Work, given: Json) -> Json:
    """{"charge" or "payment_intent", "action": "open", "kind", "amount"?, "reason"?}, or {"dispute", "action": "win",
    "lose", "escalate" or "close_inquiry", "fee_returned"?}."""
    match str(given.get("action", "open")):
        case "open":
            return disputes.open_dispute(
                work,
                charge_named(work, given)["id"],
                str(given.get("kind", "fraudulent")),
                amount=_amount(given),
                reason=given.get("reason"),
            )
        case "win":
            return disputes.win(
                work, _named(work, given), fee_returned=given.get("fee_returned") in (True, "1", "true")
            )
        case action if action in DECISIONS:
            return DECISIONS[action](work, _named(work, given))
        case action:
            raise _unknown(action, "open", "win", *DECISIONS)


DECISIONS: dict[str, Callable[[Work, Json], Json]] = {
    "lose": disputes.lose,
    "escalate": disputes.escalate,
    "close_inquiry": disputes.close_inquiry,
}


def refund(work: Work, given: Json) -> Json:
    """{"charge" or "payment_intent", "action": "create", "amount"?}: a refund made in the provider's dashboard; or
    {"refund", "action": "succeed", "fail" (with "reason"?) or "answer" (the buyer said where the money may go)}."""
    refund_id = str(given.get("refund", ""))
    match str(given.get("action", "create")):
        case "create":
            return refunds.refund_charge(
                work,
                charge_named(work, given),
                amount=_amount(given),
                reason=given.get("reason"),
            )
        case "succeed":
            return refunds.reach_buyer(work, refund_id)
        case "fail":
            return refunds.fail(
                work, refund_id, reason=str(given.get("reason") or "expired_or_canceled_card")
            )
        case "answer":
            return refunds.accept_details(work, refund_id)
        case action:
            raise _unknown(action, "create", "succeed", "fail", "answer")


def fraud_warning(work: Work, given: Json) -> Json:
    """{"charge" or "payment_intent", "fraud_type"?}."""
    charge = charge_named(work, given)
    return fraud_warnings.warn(
        work, charge["id"], fraud_type=str(given.get("fraud_type") or "made_with_stolen_card")
    )


def event(work: Work, given: Json) -> Json:
    """{"type", "object" (an id or a body), "livemode"?, "api_version"?, "account"?}: an event out of the ordinary."""
    return emit_odd(work, given)


def deletion(work: Work, given: Json) -> Json:
    """{"id"}: the object is gone, its events stay; whoever asks for it hears 404."""
    object_id = str(given.get("id", ""))
    if work.store.kind_of(object_id) in (None, "account", "event"):
        raise ApiError(f"There is no object {object_id!r} to delete.", status=404, param="id")
    work.store.delete(object_id)
    return {"id": object_id, "deleted": True}


def charge_named(work: Work, given: Json) -> Json:
    """Answer the charge that was named, or the one that paid the payment intent that was."""
    if intent_id := given.get("payment_intent"):
        intent = work.find("payment_intent", str(intent_id), param="payment_intent")
        return work.find("charge", str(intent["latest_charge"]), param="payment_intent")
    return work.find("charge", str(given.get("charge", "")), param="charge")


def _amount(given: Json) -> int | None:
    return None if given.get("amount") in (None, "") else control_integer(given, "amount")


def _named(work: Work, given: Json) -> Json:
    return work.find("dispute", str(given.get("dispute", "")), param="dispute")


def _unknown(action: str, *known: str) -> ApiError:
    return ApiError(f"Unknown action {action!r}: use {', '.join(known)}", param="action")
