"""Rooms over REST. Anyone may watch; speaking and going live need a person."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, status
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from events import log
from ground import clock
from ground.errors import ServedByGateway
from live import exploring, selectors, services
from live.api.serializers import (
    LikesIn,
    LikesOut,
    MessageIn,
    MessageOut,
    RoomOut,
    RoomsWanted,
    RoomWithEventsOut,
    StartRoomIn,
)
from live.models import Room

KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Made by the client for each message that a person writes: a UUID, or 1 to 64 printable characters. "
    "A message sent again under its key is answered as the first time and said once.",
)


class NewestFirst(CursorPagination):
    page_size = 24
    ordering = ("-started_at", "-id")


@extend_schema_view(
    get=extend_schema(
        parameters=[RoomsWanted], responses=RoomOut, summary="Rooms that are live now, the newest first"
    )
)
class Rooms(generics.ListAPIView[Room]):
    queryset = Room.objects.none()  # for the schema
    serializer_class = RoomOut
    pagination_class = NewestFirst

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny()] if self.request.method == "GET" else [IsAuthenticated()]

    def get_queryset(self) -> QuerySet[Room]:
        assert isinstance(self.request.user, User | AnonymousUser)
        wanted = RoomsWanted(data=self.request.query_params)
        wanted.is_valid(raise_exception=True)
        facts = wanted.validated_data
        rooms = exploring.found_rooms(self.request.user, text=facts["q"], category=facts["category"])
        return rooms.select_related("creator", "likes")

    def paginate_queryset(self, queryset: QuerySet[Room]) -> Sequence[Room] | None:  # type: ignore[override]
        page = super().paginate_queryset(queryset)
        return None if page is None else exploring.counted(list(page))

    @extend_schema(request=StartRoomIn, responses={201: RoomWithEventsOut}, summary="Go live")
    def post(self, request: Request) -> Response:
        assert isinstance(request.user, User)
        wanted = StartRoomIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        room = services.start_room(creator=request.user, **wanted.validated_data, now=clock.now())
        return Response(_with_events(room, request), status=status.HTTP_201_CREATED)


class RoomDetail(APIView):
    permission_classes = [AllowAny]

    @extend_schema(responses=RoomWithEventsOut, summary="One room, and where to listen to it")
    def get(self, request: Request, room_id: UUID) -> Response:
        assert isinstance(request.user, User | AnonymousUser)
        return Response(_with_events(selectors.room(room_id, viewer=request.user), request))


class Messages(APIView):  # the contract of what gateway/hot_room.py serves
    permission_classes = [IsAuthenticated]

    @extend_schema(
        parameters=[KEY], request=MessageIn, responses={201: MessageOut}, summary="Say something in a room"
    )
    def post(self, request: Request, room_id: UUID) -> Response:
        raise ServedByGateway


class Likes(APIView):  # the contract of what gateway/hot_room.py serves
    permission_classes = [IsAuthenticated]

    @extend_schema(request=LikesIn, responses={201: LikesOut}, summary="Like a room")
    def post(self, request: Request, room_id: UUID) -> Response:
        raise ServedByGateway


class Ending(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses=RoomWithEventsOut, summary="End one's own room")
    def post(self, request: Request, room_id: UUID) -> Response:
        assert isinstance(request.user, User)
        room = services.end_room(room_id=room_id, creator=request.user, now=clock.now())
        return Response(_with_events(room, request))


def _with_events(room: Room, request: Request) -> dict[str, object]:
    last = log.last_numbers([room.stream])[room.stream]
    return dict(RoomWithEventsOut(room, context={"request": request, "last_event": last}).data)
