"""`expand[]`: ids replaced by the objects they name, and the parts that are only included when asked for."""

from collections.abc import Callable

from fakestripe import accounts, checkout, customers, money, refunds, transfers
from fakestripe.errors import ApiError
from fakestripe.shapes import Json
from fakestripe.work import Work

MAX_DEPTH = 4
INCLUDED: dict[tuple[str, str], Callable[[Work, Json], Json]] = {
    ("checkout.session", "line_items"): checkout.line_items_of,
    ("charge", "refunds"): refunds.refunds_of,
    ("customer", "sources"): lambda _work, body: customers.sources_of(body),
}
DRESSED: dict[str, Callable[[Work, Json], Json]] = {
    "account": accounts.whole,
    "transfer": transfers.with_reversals,
}


def expand(work: Work, body: Json, paths: list[str]) -> Json:
    """Expand each dotted path in `body`.

    Raises:
        ApiError: too deep, or a property that objects of that kind do not have.
    """
    for path in paths:
        pieces = path.split(".")
        if len([piece for piece in pieces if piece != "data"]) > MAX_DEPTH:
            raise ApiError(f"You cannot expand more than {MAX_DEPTH} levels of a property. Property: {path}")
        _expand_path(work, body, pieces, path)
    return body


def _expand_path(work: Work, node: Json, pieces: list[str], path: str) -> None:
    field, rest = pieces[0], pieces[1:]
    if field == "data" and node.get("object") == "list":
        for item in node["data"]:
            if rest:
                _expand_path(work, item, rest, path)
        return
    value = _expanded(work, node, field, path)
    if value is None:
        return
    node[field] = value
    if rest and isinstance(value, dict):
        _expand_path(work, value, rest, path)


def _expanded(work: Work, node: Json, field: str, path: str) -> object:
    kind = node.get("object", "")
    if include := INCLUDED.get((kind, field)):
        return node.get(field) or include(work, node)
    if field == "breakdown" and "amount_discount" in node:
        return node.get("breakdown") or {"discounts": [], "taxes": []}
    value = node.get(field)
    if isinstance(value, str):
        found = lookup(work, value)
        if found is not None:
            return found
    if field not in node and not work.contract.expandable(kind, field):
        raise ApiError(f"This property cannot be expanded ({path}).", param="expand")
    return value


def lookup(work: Work, object_id: str) -> Json | None:
    """Answer any object by its id alone, as the API shows it."""
    if object_id.startswith("txn_"):
        return money.transaction(work, object_id)
    kind = work.store.kind_of(object_id)
    body = work.store.get(kind, object_id) if kind else None
    if body is None or kind is None:
        return None
    return DRESSED[kind](work, body) if kind in DRESSED else body
