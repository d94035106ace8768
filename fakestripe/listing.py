"""Lists: Stripe's filters, cursors and page shape, newest first."""

import json
import operator

from fakestripe.errors import ApiError
from fakestripe.shapes import Json
from fakestripe.work import Call

COMPARISONS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def list_of(bodies: list[Json], url: str, *, has_more: bool = False) -> Json:
    return {"object": "list", "data": bodies, "has_more": has_more, "url": url}


def list_objects(call: Call, kind: str, url: str, *, filters: tuple[str, ...] = (), account: str | None = None) -> Json:
    """Answer one page of the acting account's objects, filtered by equality on the named parameters."""
    where, values = "kind = ? AND account = ?", [kind, account or call.account]
    for name in filters:
        if (wanted := call.params.get(name)) is not None:
            assert name.isidentifier()
            where += f" AND body ->> '$.{name}' = ?"
            values.append(wanted)
    rows = call.store.select(f"SELECT body FROM objects WHERE {where} ORDER BY seq DESC", tuple(values))
    return page(call.params, [json.loads(row["body"]) for row in rows], url=url)


def page(asked: Json, bodies: list[Json], *, url: str) -> Json:
    """Cut one page out of `bodies` (newest first) as `limit`, the cursors and the date filters ask."""
    for name in ("created", "arrival_date"):
        if (dates := asked.get(name)) is not None:
            bodies = [body for body in bodies if _matches(body[name], dates)]
    limit = asked.get("limit", 10)
    if not 1 <= limit <= 100:
        raise ApiError("Invalid limit: must be between 1 and 100", code="parameter_invalid_integer", param="limit")
    if before := asked.get("ending_before"):
        ahead = bodies[: _position(bodies, before, "ending_before")]
        return list_of(ahead[-limit:], url, has_more=len(ahead) > limit)
    if after := asked.get("starting_after"):
        bodies = bodies[_position(bodies, after, "starting_after") + 1 :]
    return list_of(bodies[:limit], url, has_more=len(bodies) > limit)


def _matches(moment: int, dates: Json | int) -> bool:
    if isinstance(dates, int):
        return moment == dates
    return all(COMPARISONS[name](moment, bound) for name, bound in dates.items())


def _position(bodies: list[Json], object_id: str, param: str) -> int:
    for at, body in enumerate(bodies):
        if body["id"] == object_id:
            return at
    raise ApiError(f"No such object: '{object_id}'", code="resource_missing", param=param)
