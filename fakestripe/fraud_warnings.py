"""Early fraud warnings: an issuer thinks that a payment was fraud, before any dispute. No money moves."""

from fakestripe.errors import ApiError
from fakestripe.events import emit
from fakestripe.ids import new_id
from fakestripe.listing import bodies, list_objects, objects
from fakestripe.shapes import Json
from fakestripe.work import Call, Route, Work

KIND = "radar.early_fraud_warning"
FRAUD_TYPES = (
    "card_never_received", "fraudulent_card_application", "made_with_counterfeit_card", "made_with_lost_card",
    "made_with_stolen_card", "misc", "unauthorized_use_of_card",
)  # fmt: skip


def warn(work: Work, charge_id: str, *, fraud_type: str = "made_with_stolen_card") -> Json:
    """Let the issuer warn of a charge.

    Raises:
        ApiError: the type is none, or the charge took no money.
    """
    if fraud_type not in FRAUD_TYPES:
        raise ApiError(f"Unknown type of fraud {fraud_type!r}", param="fraud_type")
    charge = work.find("charge", charge_id, param="charge")
    if charge["status"] != "succeeded":
        raise ApiError(f"Charge {charge_id} has not succeeded.", param="charge")
    warning: Json = {
        "id": new_id("issfr"),
        "object": KIND,
        "actionable": not (charge["refunded"] or charge["disputed"]),
        "charge": charge_id,
        "created": work.now,
        "fraud_type": fraud_type,
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    work.save(KIND, warning)
    emit(work, f"{KIND}.created", warning)
    return warning


def warn_soon(work: Work, charge_id: str) -> None:
    """The issuer warns of a payment just made (a timer)."""
    warn(work, charge_id)


def spend(work: Work, charge: Json) -> None:
    """Say that nothing can be done about a charge's warnings any more: it was refunded, or is disputed."""
    found = bodies(objects(work.store, KIND).where("body ->> '$.charge' = ?", charge["id"]).rows(limit=100))
    for warning in found:
        if warning["actionable"]:
            warning["actionable"] = False
            work.save(KIND, warning)
            emit(work, f"{KIND}.updated", warning, previous={"actionable": True})


def list_warnings(call: Call) -> Json:
    return list_objects(call, KIND, "/v1/radar/early_fraud_warnings", filters=("charge", "payment_intent"))


def retrieve_warning(call: Call) -> Json:
    return call.find(
        KIND, call.path["early_fraud_warning"], account=call.account, param="early_fraud_warning"
    )


ROUTES: list[Route] = [
    ("get", "/v1/radar/early_fraud_warnings", list_warnings),
    ("get", "/v1/radar/early_fraud_warnings/{early_fraud_warning}", retrieve_warning),
]
