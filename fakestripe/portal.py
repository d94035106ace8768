"""Customer portal sessions: the address where a customer manages the cards kept here (portal_page.py)."""

from urllib.parse import urlsplit

from fakestripe.errors import ApiError, missing
from fakestripe.events import emit
from fakestripe.ids import new_id, token
from fakestripe.shapes import Json
from fakestripe.work import Call, Route

CONFIGURATION = "bpc_1FakeP0rta1H0use"
PAGE = "portal_page"  # what the secret part of an address leads to


def create_portal_session(call: Call) -> Json:
    if "customer" not in call.params:
        raise missing("customer")
    customer = call.find("customer", call.params["customer"], param="customer", status=400)
    back = call.params.get("return_url")
    if back and urlsplit(back).scheme not in ("http", "https"):
        raise ApiError("Not a valid URL", code="url_invalid", param="return_url")
    page_id = f"test_{token(40)}"
    body: Json = {
        "id": new_id("bps"),
        "object": "billing_portal.session",
        "configuration": CONFIGURATION,
        "created": call.now,
        "customer": customer["id"],
        "customer_account": None,
        "flow": None,
        "livemode": False,
        "locale": call.params.get("locale"),
        "on_behalf_of": None,
        "return_url": back,
        "url": f"{call.settings.base_url}/p/session/{page_id}",
    }
    call.save("billing_portal.session", body)
    page = {"id": page_id, "customer": customer["id"], "return_url": back, "created": call.now}
    call.save(PAGE, page)
    emit(call, "billing_portal.session.created", body)
    return body


ROUTES: list[Route] = [("post", "/v1/billing_portal/sessions", create_portal_session)]
