"""Lists: Stripe's filters, cursors and page shape, newest first, cut by the database."""

import json
import sqlite3
from typing import Literal

from fakestripe.errors import ApiError
from fakestripe.shapes import Json
from fakestripe.store import Store
from fakestripe.work import Call

COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
LONGEST = 100


class Query:
    """Conditions on one table that Stripe's list parameters turn into a page.

    The conditions are SQL of this program; what a caller sent travels as values only.
    """

    def __init__(self, store: Store, table: Literal["objects", "entries"]) -> None:
        self.store = store
        self.table = table
        self.conditions: list[str] = []
        self.values: list[object] = []

    def where(self, condition: str, *values: object) -> "Query":
        self.conditions.append(condition)
        self.values.extend(values)
        return self

    def dates(self, expression: str, asked: Json | int | None) -> "Query":
        """Apply a date filter: one moment, or bounds such as `{"gte": …}`."""
        if isinstance(asked, int):
            return self.where(f"{expression} = ?", asked)
        for name, bound in (asked or {}).items():
            self.where(f"{expression} {COMPARISONS[name]} ?", bound)
        return self

    def page(self, asked: Json) -> tuple[list[sqlite3.Row], bool]:
        """Answer the rows of the page that `limit` and the cursors ask for, and whether more follow."""
        limit = asked.get("limit", 10)
        if not 1 <= limit <= LONGEST:
            message = f"Invalid limit: must be between 1 and {LONGEST}"
            raise ApiError(message, code="parameter_invalid_integer", param="limit")
        backwards = "ending_before" in asked
        if backwards:
            self.where("seq > ?", self._position(asked, "ending_before"))
        elif "starting_after" in asked:
            self.where("seq < ?", self._position(asked, "starting_after"))
        rows = self.rows(limit=limit + 1, order="ASC" if backwards else "DESC")
        found = rows[:limit]
        return found[::-1] if backwards else found, len(rows) > limit

    def rows(self, *, limit: int, order: Literal["ASC", "DESC"] = "DESC") -> list[sqlite3.Row]:
        wanted = " AND ".join(self.conditions) or "1"
        sql = f"SELECT * FROM {self.table} WHERE {wanted} ORDER BY seq {order} LIMIT ?"  # noqa: S608 - see the class
        return self.store.select(sql, (*self.values, limit))

    def _position(self, asked: Json, param: str) -> int:
        found = Query(self.store, self.table).where("id = ?", asked[param]).rows(limit=1)
        if not found:
            raise ApiError(f"No such object: '{asked[param]}'", code="resource_missing", param=param)
        return int(found[0]["seq"])


def objects(store: Store, kind: str) -> Query:
    return Query(store, "objects").where("kind = ?", kind)


def bodies(rows: list[sqlite3.Row]) -> list[Json]:
    return [json.loads(row["body"]) for row in rows]


def newest(store: Store, kind: str, *, limit: int = 100) -> list[Json]:
    """Answer the newest objects of a kind, whoever owns them."""
    return bodies(objects(store, kind).rows(limit=limit))


def list_of(data: list[Json], url: str, *, has_more: bool = False) -> Json:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def list_objects(
    call: Call, kind: str, url: str, *, filters: tuple[str, ...] = (), account: str | None = None
) -> Json:
    """Answer one page of the acting account's objects, filtered by equality on the named parameters."""
    query = objects(call.store, kind).where("account = ?", account or call.account)
    for name in filters:
        if (wanted := call.params.get(name)) is not None:
            query.where(f"body ->> '$.{name}' = ?", wanted)
    query.dates("created", call.params.get("created"))
    query.dates("body ->> '$.arrival_date'", call.params.get("arrival_date"))
    rows, has_more = query.page(call.params)
    return list_of(bodies(rows), url, has_more=has_more)


def cut(asked: Json, data: list[Json], url: str) -> Json:
    """Answer one page of a short list that is at hand already."""
    limit = asked.get("limit", 10)
    places = {body["id"]: at for at, body in enumerate(data)}
    start = places.get(asked.get("starting_after", ""), -1) + 1
    end = places.get(asked.get("ending_before", ""), len(data))
    return list_of(data[start:end][:limit], url, has_more=end - start > limit)
