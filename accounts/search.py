"""Finding creators by a piece of their handle or name, or by something near it."""

from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest, Upper

from accounts.models import User
from accounts.privacy import Viewer

QUERY_MAX_LENGTH = 60
LEAST_LENGTH = 2  # one letter would name everybody


def clean_query(text: str) -> str:
    """What is looked for: one line without an @ before it; empty if it is too short to mean anybody."""
    query = " ".join(text.replace("\x00", "").split()).removeprefix("@")[:QUERY_MAX_LENGTH].strip()
    return query if len(query) >= LEAST_LENGTH else ""


def is_called(query: str, person: str = "") -> Q:
    """People whose handle or name holds `query` or nearly does; `person` is the way to them ("creator__")."""
    handle, name = F(f"{person}handle"), Upper(f"{person}display_name")
    return (
        Q(**{f"{person}handle__contains": query.lower()})
        | Q(**{f"{person}display_name__icontains": query})
        | Q(TrigramWordSimilar(handle, Value(query.lower())))
        | Q(TrigramWordSimilar(name, Value(query.upper())))
    )


def found_creators(text: str, *, viewer: Viewer, limit: int) -> list[User]:
    """The creators that `text` may mean and who show themselves to `viewer`, the nearest first."""
    query = clean_query(text)
    if not query:
        return []
    nearness = Greatest(
        TrigramWordSimilarity(query.lower(), "handle"), TrigramWordSimilarity(query, "display_name")
    )
    creators = User.objects.visible_to(viewer).filter(is_called(query), creator_since__isnull=False)
    return list(creators.annotate(nearness=nearness).order_by("-nearness", "handle")[:limit])
