"""The API of an account's bank accounts."""

from fakestripe.accounts import add_bank_account, announce, find_account
from fakestripe.banks import bank_account, external_accounts_of, make_default
from fakestripe.errors import ApiError, missing, no_such
from fakestripe.events import emit
from fakestripe.listing import cut
from fakestripe.params import merged_metadata
from fakestripe.shapes import Json
from fakestripe.work import Call, Route

TOKENS = {  # the ready-made tokens of the API: country and number
    "btok_us_verified": ("US", "000123456789"),
    "btok_us_verified_noAccount": ("US", "000111111116"),
    "btok_us_verified_accountClosed": ("US", "000111111113"),
    "btok_us_verified_insufficientFunds": ("US", "000222222227"),
    "btok_us_verified_debitNotAuthorized": ("US", "000333333335"),
    "btok_us_verified_invalidCurrency": ("US", "000444444440"),
}


def create_external(call: Call) -> Json:
    account = find_account(call, call.path["account"])
    body = _made(call, account)
    if call.params.get("default_for_currency"):
        make_default(call, body)
    body["metadata"] = merged_metadata(None, call.params.get("metadata"))
    call.save("bank_account", body, account=account["id"])
    emit(call, "account.external_account.created", body, account=account["id"])
    announce(call, account, dict(account))
    return body


def _made(call: Call, account: Json) -> Json:
    given = call.params.get("bank_account")
    if isinstance(given, dict):
        return add_bank_account(call, account["id"], given)
    named = call.params.get("external_account")
    if not named:
        raise missing("external_account")
    if named not in TOKENS:
        raise ApiError(f"No such token: '{named}'", code="resource_missing", param="external_account")
    country, number = TOKENS[named]
    return bank_account(call, account["id"], number=number, country=country, currency="usd", holder=None)


def list_external(call: Call) -> Json:
    account = find_account(call, call.path["account"])
    newest_first = external_accounts_of(call, account["id"])[::-1]
    return cut(call.params, newest_first, f"/v1/accounts/{account['id']}/external_accounts")


def retrieve_external(call: Call) -> Json:
    account = find_account(call, call.path["account"])
    body = call.store.get("bank_account", call.path["id"], account=account["id"])
    if body is None:
        raise no_such("external account", call.path["id"])
    return body


def update_external(call: Call) -> Json:
    body = retrieve_external(call)
    if call.params.get("default_for_currency"):
        make_default(call, body)
    body["metadata"] = merged_metadata(body["metadata"], call.params.get("metadata"))
    call.save("bank_account", body, account=body["account"])
    emit(call, "account.external_account.updated", body, account=body["account"])
    return body


def delete_external(call: Call) -> Json:
    body = retrieve_external(call)
    if body["default_for_currency"]:
        raise ApiError(
            "You cannot delete the default external account for your default currency."
            " Please make another external account the default using the `default_for_currency` param."
        )
    call.store.delete(body["id"])
    emit(call, "account.external_account.deleted", body, account=body["account"])
    return {"id": body["id"], "object": "bank_account", "deleted": True, "currency": body["currency"]}


ROUTES: list[Route] = [
    ("get", "/v1/accounts/{account}/external_accounts", list_external),
    ("post", "/v1/accounts/{account}/external_accounts", create_external),
    ("get", "/v1/accounts/{account}/external_accounts/{id}", retrieve_external),
    ("post", "/v1/accounts/{account}/external_accounts/{id}", update_external),
    ("delete", "/v1/accounts/{account}/external_accounts/{id}", delete_external),
]
