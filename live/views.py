"""Pages: what is live, a room, going live."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import follows
from accounts.models import User
from accounts.privacy import can_comment
from accounts.search import QUERY_MAX_LENGTH, clean_query, found_creators
from ground import clock
from live import errors, exploring, feed, forms, selectors, services, share_cards, tickets
from live.hooks import room_panels
from live.models import TEXT_MAX_LENGTH, Room

ROOMS_SHOWN = 60
CREATORS_SHOWN = 12
A_DAY_S = 24 * 3600


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What is live now, on big covers."""
    rooms = selectors.rooms_on_now(ROOMS_SHOWN, viewer=request.user)
    return render(request, "live/home.html", {"rooms": exploring.counted(rooms)})


@require_GET
def explore(request: HttpRequest) -> HttpResponse:
    """What is live now, the most watched first, by category and by words; and creators by name."""
    chosen, text = request.GET.get("category", ""), request.GET.get("q", "")[:QUERY_MAX_LENGTH]
    category = chosen if chosen in Room.Category.values else ""
    shown = {
        "rooms": exploring.rooms_in_order(request.user, limit=ROOMS_SHOWN, text=text, category=category),
        "creators": found_creators(text, viewer=request.user, limit=CREATORS_SHOWN),
        "categories": Room.Category.choices,
        "chosen": category,
        "text": text.strip(),
        "query": clean_query(text),
        "query_max": QUERY_MAX_LENGTH,
    }
    return render(request, "live/explore.html", shown)


@require_GET
@never_cache
def room(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """The room: the stage, what is said, what can be sent."""
    shown = selectors.room(room_id, viewer=request.user)
    events, last_number = feed.history(shown, viewer=request.user)
    panels = room_panels.call_all(request, shown)
    page_url = settings.SITE_URL + reverse("live:room", args=[room_id])
    return render(
        request,
        "live/room.html",
        {
            "room": shown,
            "events": events,
            "ticker": [event for event in reversed(events) if event["type"] == "gift.settled"][:8],
            "last_number": last_number,
            "events_url": tickets.events_url(shown, after=last_number, viewer=request.user),
            "panels": panels,
            "page_url": page_url,
            "card_url": f"{page_url}card.png?v={share_cards.version_of(shown)}",
            "own_room": request.user.pk == shown.creator_id,
            "standing": follows.standing(request.user, shown.creator),
            "may_comment": can_comment(request.user, shown.creator),
            "text_max_length": TEXT_MAX_LENGTH,
        },
    )


@require_safe
@cache_control(public=True, max_age=A_DAY_S)
def card(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """The picture that other sites show beside a link to a room; only of rooms that everybody sees."""
    shown = selectors.room(room_id, viewer=None)
    return HttpResponse(share_cards.of_room(shown), content_type="image/png")


@login_required
@require_POST
def say(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Say something without JavaScript."""
    assert isinstance(request.user, User)
    try:
        services.post_message(
            room_id=room_id,
            author=request.user,
            text=request.POST.get("text", ""),
            key=services.new_key(),
            now=clock.now(),
        )
    except (
        errors.EmptyMessage,
        errors.MessageTooLong,
        errors.TooManyMessages,
        errors.RoomClosed,
        errors.CommentNotWelcome,
    ) as refusal:
        messages.error(request, f"{refusal.message} {refusal.next_step}")
    return redirect("live:room", room_id)


@login_required
@require_POST
def like(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """Like the room without JavaScript."""
    assert isinstance(request.user, User)
    try:
        services.like_room(room_id=room_id, fan=request.user, count=1, now=clock.now())
    except (errors.OwnRoom, errors.TooManyLikes, errors.RoomClosed) as refusal:
        messages.error(request, f"{refusal.message} {refusal.next_step}")
    return redirect("live:room", room_id)


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The form to go live with."""
    assert isinstance(request.user, User)
    form = forms.StartRoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            started = services.start_room(creator=request.user, **form.cleaned_data, now=clock.now())
        except errors.AlreadyLive as refusal:
            messages.info(request, refusal.message)
            return redirect("live:room", refusal.extra["room"])
        except errors.InvalidRoom as refusal:
            form.add_error(
                "playback_address" if form.cleaned_data["playback_address"] else None, refusal.message
            )
        else:
            return redirect("live:room", started.pk)
    return render(request, "live/start.html", {"form": form}, status=400 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """End one's own room."""
    assert isinstance(request.user, User)
    services.end_room(room_id=room_id, creator=request.user, now=clock.now())
    messages.success(request, "Your room has ended. Everything that was sent is in your studio.")
    return redirect("live:room", room_id)
