"""Account links: single use, five minutes; opening one starts an onboarding that the pages go on with."""

from urllib.parse import urlsplit

from fakestripe import banks
from fakestripe.accounts import announce, find_account, submit_details
from fakestripe.errors import ApiError, missing
from fakestripe.events import emit
from fakestripe.ids import new_id, token
from fakestripe.shapes import Json
from fakestripe.work import Call, Route, Work

LIVES_S = 300


class LinkUsed(Exception):
    """The link was opened before, or is too old: the person goes to `refresh_url` for a new one."""

    def __init__(self, refresh_url: str) -> None:
        super().__init__(refresh_url)
        self.refresh_url = refresh_url


def create_link(call: Call) -> Json:
    account = find_account(call, call.params["account"])
    for name in ("refresh_url", "return_url"):
        if not call.params.get(name):
            raise missing(name)
        if urlsplit(call.params[name]).scheme not in ("http", "https"):
            raise ApiError("Not a valid URL", code="url_invalid", param=name)
    link: Json = {
        "id": new_id("alnk"),
        "object": "account_link",
        "created": call.now,
        "account": account["id"],
        "expires_at": call.now + LIVES_S,
        "refresh_url": call.params["refresh_url"],
        "return_url": call.params["return_url"],
        "secret": token(24),
        "used": False,
    }
    call.save("account_link", link)
    url = f"{call.settings.base_url}/setup/e/{link['id']}/{link['secret']}"
    return {"object": "account_link", "created": call.now, "expires_at": link["expires_at"], "url": url}


def open_link(work: Work, link_id: str, secret: str) -> str | None:
    """Use up a link and answer the id of the onboarding it starts; None when there is no such link.

    Raises:
        LinkUsed: a second opening, or after five minutes.
    """
    link = work.store.get("account_link", link_id)
    if link is None or link["secret"] != secret:
        return None
    if link["used"] or work.now >= link["expires_at"]:
        raise LinkUsed(link["refresh_url"])
    link["used"] = True
    work.save("account_link", link)
    onboarding: Json = {"id": new_id("onb", 32), "created": work.now, "account": link["account"],
                        "return_url": link["return_url"], "done": False}  # fmt: skip
    return str(work.save("onboarding", onboarding)["id"])


def finish_onboarding(work: Work, onboarding: Json, person: Json, bank: banks.TestBank | None) -> None:
    """Take the details; with a bank account the onboarding is complete, without one it stopped half-way."""
    account = find_account(work, onboarding["account"])
    if bank:
        holder = f"{person['first_name']} {person['last_name']}"
        country = "DE" if bank.number[:2].isalpha() else account["country"]
        made = banks.bank_account(
            work,
            account["id"],
            number=bank.number,
            country=country,
            currency=account["default_currency"],
            holder=holder,
        )
        banks.make_default(work, made)
        emit(work, "account.external_account.created", made, account=account["id"])
    submit_details(work, account, person, complete=bank is not None or account["details_submitted"])
    onboarding["done"] = True
    work.save("onboarding", onboarding)


def leave(work: Work, onboarding: Json) -> None:
    """Stop half-way without a word: nothing is stored, the account still has its requirements."""
    announce(work, find_account(work, onboarding["account"]))
    onboarding["done"] = True
    work.save("onboarding", onboarding)


ROUTES: list[Route] = [("post", "/v1/account_links", create_link)]
