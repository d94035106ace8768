"""Disputes: none are raised yet, so the lists are empty and every id is unknown."""

from fakestripe.listing import list_objects
from fakestripe.shapes import Json
from fakestripe.work import Call, Route


def list_disputes(call: Call) -> Json:
    return list_objects(call, "dispute", "/v1/disputes", filters=("charge", "payment_intent"))


def retrieve_dispute(call: Call) -> Json:
    return call.find("dispute", call.path["dispute"], account=call.account, param="dispute")


ROUTES: list[Route] = [
    ("get", "/v1/disputes", list_disputes),
    ("get", "/v1/disputes/{dispute}", retrieve_dispute),
]
