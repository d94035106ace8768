"""What banks and the provider's own staff decide once the buyers are done, and what the provider has in the end."""

import random
from collections.abc import Iterator
from typing import Any

from prove.money_in.town import Town
from stack import http

KEPT = ("checkout/sessions", "charges", "refunds", "disputes", "payment_intents")
PAGE = 100


def decide_disputes(town: Town, chance: random.Random) -> dict[str, int]:
    """This will win or lose every dispute that is open, and close every inquiry."""
    decided: dict[str, int] = {}
    for dispute in listed(town, "disputes"):
        if dispute["status"] in ("needs_response", "under_review"):
            action = chance.choice(("win", "lose"))
        elif dispute["status"].startswith("warning_") and dispute["status"] != "warning_closed":
            action = "close_inquiry"
        else:
            continue
        town.control("disputes", dispute=dispute["id"], action=action)
        decided[action] = decided.get(action, 0) + 1
    return decided


def refund_some(town: Town, chance: random.Random, *, one_in: int) -> int:
    """This will refund some payments in the provider's own dashboard, some of them in part."""
    count = 0
    for charge in listed(town, "charges"):
        left = charge["amount"] - charge["amount_refunded"]
        if charge["status"] != "succeeded" or charge["disputed"] or not left or chance.randrange(one_in):
            continue
        part = {"amount": -(-left // 2)} if chance.random() < 0.4 else {}
        town.control("refunds", charge=charge["id"], action="create", **part)
        count += 1
    return count


def truth(town: Town) -> dict[str, Any]:
    """Everything that the audit compares with: the provider's objects, its money log, and its own complaints."""
    return {
        **{what: list(listed(town, what)) for what in KEPT},
        "journal": {name: value for name, value in town.control("journal").items() if name != "rows"},
        "violations": town.control("violations")["violations"],
    }


def listed(town: Town, what: str) -> Iterator[dict[str, Any]]:
    """This will page through one of the provider's lists, newest first."""
    after = ""
    while True:
        page = http.call(f"{town.provider}/v1/{what}?limit={PAGE}{after}", bearer=town.stripe_key)
        yield from page["data"]
        if not page["has_more"]:
            return
        after = f"&starting_after={page['data'][-1]['id']}"
