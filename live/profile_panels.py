"""What a creator's public page shows of their rooms and their wall."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django.http import HttpRequest

from accounts.hooks import Panel
from accounts.models import User
from accounts.privacy import can_comment
from events.log import Event
from live.hooks import EventKey
from live.models import COMMENT_MAX_GRAPHEMES, Comment, Room

PAST_ROOMS = 6
COMMENTS_ON_A_PAGE = 20


def panels_of(request: HttpRequest, person: User) -> Iterable[Panel]:
    """The panels of one page: rooms that were, and the wall. People who are no creators have neither."""
    if not person.is_creator:
        return []
    return [_rooms(person), _wall(request, person)]


def _rooms(creator: User) -> Panel:
    ended = Room.objects.filter(creator=creator, status=Room.Status.ENDED).select_related("likes")
    return Panel(
        "live/past_rooms.html",
        {"rooms": list(ended.order_by("-started_at", "-pk")[:PAST_ROOMS]), "style": "css/pages/home.css"},
    )


def _wall(request: HttpRequest, creator: User) -> Panel:
    before = request.GET.get("before", "")
    threads = Comment.objects.on_wall(creator, request.user)
    if before.isdecimal() and len(before) < 19:
        threads = threads.filter(pk__lt=int(before))
    page = list(threads.order_by("-pk")[: COMMENTS_ON_A_PAGE + 1])
    shown = page[:COMMENTS_ON_A_PAGE]
    more = len(page) > COMMENTS_ON_A_PAGE
    user = request.user
    return Panel(
        "live/wall.html",
        {
            "style": "css/pages/wall.css",
            "creator": creator,
            "threads": shown,
            "next_url": f"?before={shown[-1].pk}#wall" if more else "",
            "previous_url": "?#wall" if before else "",
            "is_own": user.pk == creator.pk,
            "may_write": user.is_authenticated and (user.pk == creator.pk or can_comment(user, creator)),
            "key": str(uuid4()),
            "text_max": COMMENT_MAX_GRAPHEMES,
        },
    )


def comment_facts(events: Sequence[Event]) -> dict[EventKey, dict[str, Any]]:
    """The words of posted comments; none of those that were removed since."""
    posted = [event for event in events if event.type == "comment.posted"]
    if not posted:
        return {}
    written = Comment.objects.filter(pk__in={event.body["comment"] for event in posted}, removed_at=None)
    texts = dict(written.values_list("pk", "text"))
    return {(e.stream, e.number): {"text": texts.get(e.body["comment"], "")} for e in posted}
