"""Connected accounts and the platform's own account: capabilities, requirements, what may be paid."""

from fakestripe.banks import bank_account, external_accounts_of
from fakestripe.errors import ApiError, unsupported
from fakestripe.events import emit
from fakestripe.ids import new_id, token
from fakestripe.listing import bodies, list_of, objects
from fakestripe.params import merged_metadata
from fakestripe.shapes import Json
from fakestripe.work import MERCHANT, PLATFORM, Call, Route, Work

CURRENCIES = {"US": "usd", "GB": "gbp", "CA": "cad", "AU": "aud", "JP": "jpy", "CH": "chf", "SE": "sek",
              "NO": "nok", "DK": "dkk", "PL": "pln", "BR": "brl", "MX": "mxn",
              "SG": "sgd", "NZ": "nzd"}  # fmt: skip
NEEDED = ("business_profile.url", "external_account", "individual.dob.day", "individual.dob.month",
          "individual.dob.year", "individual.first_name", "individual.last_name", "tos_acceptance.date",
          "tos_acceptance.ip")  # fmt: skip


def default_currency(country: str) -> str:
    return CURRENCIES.get(country, "eur")


def ensure_platform(work: Work) -> None:
    """Make the platform's own account, once: it can do everything and has a good bank account."""
    if work.store.get("account", PLATFORM):
        return
    body = _new_account(
        work, PLATFORM, {"country": "US", "business_profile": {"name": MERCHANT}, "type": "standard"}
    )
    body["settings"]["dashboard"]["display_name"] = f"{MERCHANT} (test)"
    body["capabilities"] = {"card_payments": "active", "transfers": "active"}
    body |= {
        "details_submitted": True,
        "charges_enabled": True,
        "payouts_enabled": True,
        "controller": {"type": "account"},
    }
    body["requirements"] = _requirements([])
    work.save("account", body)
    bank_account(work, PLATFORM, number="000123456789", country="US", currency="usd", holder=MERCHANT)


def create_account(call: Call) -> Json:
    _demand_simulated(call.params)
    account_id = new_id("acct", 16)
    body = _new_account(call, account_id, call.params)
    asked = call.params.get("capabilities", {})
    body["capabilities"] = {name: "inactive" for name, wish in asked.items() if wish.get("requested")}
    call.save("account", body, account=PLATFORM)
    if isinstance(given := call.params.get("bank_account"), dict):
        add_bank_account(call, account_id, given)
    return whole(call, body)


def _demand_simulated(given: Json) -> None:
    if given.get("type") not in (None, "express", "custom") or ("type" in given and "controller" in given):
        raise ApiError("Give either `type` (express or custom) or `controller`.", param="type")
    interval = given.get("settings", {}).get("payouts", {}).get("schedule", {}).get("interval", "manual")
    if interval != "manual":
        raise unsupported("automatic payouts: use settings[payouts][schedule][interval]=manual",
                          "settings[payouts][schedule][interval]")  # fmt: skip
    if given.get("business_type", "individual") != "individual":
        raise unsupported("business types other than individual", "business_type")


def _new_account(work: Work, account_id: str, given: Json) -> Json:
    country = given.get("country", "US")
    return {
        "id": account_id,
        "object": "account",
        "business_profile": {
            "annual_revenue": None, "estimated_worker_count": None, "mcc": None, "name": None,
            "product_description": None, "support_address": None, "support_email": None,
            "support_phone": None,
            "support_url": None, "url": None,
        } | given.get("business_profile", {}),
        "business_type": given.get("business_type", "individual"),
        "capabilities": {},
        "charges_enabled": False,
        "controller": _controller(given),
        "country": country,
        "created": work.now,
        "default_currency": given.get("default_currency", default_currency(country)),
        "details_submitted": False,
        "email": given.get("email"),
        "future_requirements": _requirements([]),
        "metadata": merged_metadata(None, given.get("metadata")),
        "payouts_enabled": False,
        "requirements": _requirements(list(NEEDED)),
        "settings": {
            "bacs_debit_payments": {"display_name": None, "service_user_number": None},
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
            "card_payments": {"decline_on": {"avs_failure": False, "cvc_failure": False},
                              "statement_descriptor_prefix": None, "statement_descriptor_prefix_kana": None,
                              "statement_descriptor_prefix_kanji": None},
            "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
            "payments": {"statement_descriptor": None, "statement_descriptor_kana": None,
                         "statement_descriptor_kanji": None},
            "payouts": {"debit_negative_balances": False, "schedule": {"delay_days": 2, "interval": "manual"},
                        "statement_descriptor": None},
            "sepa_debit_payments": {},
        },
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": given.get("type", "none"),
    }  # fmt: skip


def _controller(given: Json) -> Json:
    """Answer who bears fees and losses; `type=express` and `type=custom` are short for two such settings."""
    wish = given.get("controller", {})
    custom = given.get("type") == "custom" or wish.get("stripe_dashboard", {}).get("type") == "none"
    preset = "application_custom" if given.get("type") == "custom" else "application_express"
    payer = wish.get("fees", {}).get("payer") or (preset if "type" in given else "application")
    return {
        "fees": {"payer": payer},
        "is_controller": True,
        "losses": {"payments": wish.get("losses", {}).get("payments", "application")},
        "requirement_collection": wish.get("requirement_collection")
        or ("application" if custom else "stripe"),
        "stripe_dashboard": {
            "type": wish.get("stripe_dashboard", {}).get("type") or ("none" if custom else "express")
        },
        "type": "application",
    }


def _requirements(due: list[str]) -> Json:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": "requirements.past_due" if due else None,
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }


def whole(work: Work, account: Json) -> Json:
    """Answer an account with its bank accounts, as the API shows it."""
    banks = external_accounts_of(work, account["id"])
    return account | {"external_accounts": list_of(banks, f"/v1/accounts/{account['id']}/external_accounts")}


def announce(work: Work, account: Json, before: Json | None = None) -> None:
    """Save a changed account and send `account.updated` (and `capability.updated` for each that changed)."""
    work.save("account", account)
    before = before or {}
    old = before.get("capabilities", {})
    for name, status in account["capabilities"].items():
        if before and old.get(name) != status:
            capability = {"id": name, "object": "capability", "account": account["id"], "requested": True,
                          "requested_at": account["created"], "status": status}  # fmt: skip
            emit(
                work,
                "capability.updated",
                capability,
                account=account["id"],
                previous={"status": old.get(name)},
            )
    watched = ("charges_enabled", "payouts_enabled", "details_submitted", "capabilities", "requirements")
    previous = {name: before[name] for name in watched if name in before and before[name] != account[name]}
    emit(work, "account.updated", whole(work, account), account=account["id"], previous=previous)


def submit_details(work: Work, account: Json, person: Json, *, complete: bool) -> None:
    """Take what the onboarding page collected; when complete the account can be paid and pay out."""
    before = dict(account)
    day = person["dob"]
    account["individual"] = {
        "id": new_id("person"), "object": "person", "account": account["id"], "created": work.now,
        "dob": day, "first_name": person["first_name"], "last_name": person["last_name"], "metadata": {},
    } | ({"address": person["address"]} if person.get("address") else {})  # fmt: skip
    if complete:
        account |= {"details_submitted": True, "charges_enabled": True, "payouts_enabled": True}
        account["capabilities"] = dict.fromkeys(account["capabilities"], "active")
        account["requirements"] = _requirements([])
        account["tos_acceptance"] = {"date": work.now, "ip": "127.0.0.1", "user_agent": None}
    else:
        account["requirements"] = _requirements(
            [name for name in NEEDED if not name.startswith("individual.")]
        )
    announce(work, account, before)


def restrict(work: Work, account: Json, due: list[str], *, reason: str | None = None) -> None:
    """Stop an account because requirements are `due` or for a `reason`; restore it when there is neither."""
    before = dict(account)
    account["requirements"] = _requirements(due)
    account["requirements"]["disabled_reason"] = reason or account["requirements"]["disabled_reason"]
    works = not due and not reason and account["details_submitted"]
    account |= {"charges_enabled": works, "payouts_enabled": works}
    account["capabilities"] = dict.fromkeys(account["capabilities"], "active" if works else "inactive")
    announce(work, account, before)


# Operations


def retrieve_own(call: Call) -> Json:
    return whole(call, call.find("account", call.account))


def retrieve_account(call: Call) -> Json:
    return whole(call, find_account(call, call.path["account"]))


def find_account(work: Work, account_id: str) -> Json:
    account = work.store.get("account", account_id)
    if account is None:
        raise ApiError(
            f"The provided key does not have access to account '{account_id}' (or that account"
            " does not exist)."
            " Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return account


def list_accounts(call: Call) -> Json:
    query = (
        objects(call.store, "account").where("id <> ?", PLATFORM).dates("created", call.params.get("created"))
    )
    rows, has_more = query.page(call.params)
    return list_of([whole(call, body) for body in bodies(rows)], "/v1/accounts", has_more=has_more)


def update_account(call: Call) -> Json:
    account = find_account(call, call.path["account"])
    _demand_simulated(call.params | {"type": None})
    before = dict(account)
    if "email" in call.params:
        account["email"] = call.params["email"]
    account["metadata"] = merged_metadata(account["metadata"], call.params.get("metadata"))
    account["business_profile"] |= call.params.get("business_profile", {})
    wanted = {name for name, wish in call.params.get("capabilities", {}).items() if wish.get("requested")}
    state = "active" if account["details_submitted"] else "inactive"
    account["capabilities"] = dict.fromkeys(wanted, state) | account["capabilities"]
    announce(call, account, before)
    return whole(call, account)


def delete_account(call: Call) -> Json:
    account = find_account(call, call.path["account"])
    held = call.store.select(
        "SELECT 1 FROM balances WHERE account = ? AND (available <> 0 OR pending <> 0)", (account["id"],)
    )
    if held:
        raise ApiError(
            "This account cannot be deleted because its balance is not zero.", code="balance_not_zero"
        )
    call.store.delete(account["id"])
    return {"id": account["id"], "object": "account", "deleted": True}


def reject_account(call: Call) -> Json:
    account = find_account(call, call.path["account"])
    reasons = {
        "fraud": "rejected.fraud",
        "terms_of_service": "rejected.terms_of_service",
        "other": "rejected.other",
    }
    if call.params["reason"] not in reasons:
        raise ApiError("Invalid reason: must be one of fraud, terms_of_service, or other", param="reason")
    restrict(call, account, [], reason=reasons[call.params["reason"]])
    return whole(call, account)


def login_link(call: Call) -> Json:
    account = find_account(call, call.path["account"])
    if not account["details_submitted"]:
        raise ApiError("Cannot create a login link for an account that has not completed onboarding.")
    return {
        "object": "login_link",
        "created": call.now,
        "url": f"{call.settings.base_url}/connect/home/{token(16)}",
    }


def add_bank_account(call: Call, account_id: str, given: Json) -> Json:
    country = given["country"]
    return bank_account(
        call,
        account_id,
        number=given["account_number"],
        country=country,
        currency=given.get("currency", default_currency(country)),
        holder=given.get("account_holder_name"),
        routing=given.get("routing_number"),
    )


ROUTES: list[Route] = [
    ("get", "/v1/account", retrieve_own),
    ("get", "/v1/accounts", list_accounts),
    ("post", "/v1/accounts", create_account),
    ("get", "/v1/accounts/{account}", retrieve_account),
    ("post", "/v1/accounts/{account}", update_account),
    ("delete", "/v1/accounts/{account}", delete_account),
    ("post", "/v1/accounts/{account}/reject", reject_account),
    ("post", "/v1/accounts/{account}/login_links", login_link),
]
