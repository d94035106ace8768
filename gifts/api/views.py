"""Gifts over REST: the catalogue, sending, and what was sent and received."""

from uuid import UUID

from django.db.models import QuerySet
from django.templatetags.static import static
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from gifts import selectors
from gifts.api.serializers import CatalogueOut, SendGiftIn, SentGiftOut, SentOut
from gifts.models import Gift, SentGift
from ground import clock
from ground.errors import ServedByGateway
from wallet import rates

KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="Made by the client for each gift a person decides to send: a UUID, or 1 to 64 printable characters.",
)


class NewestFirst(CursorPagination):
    page_size = 50
    ordering = "-id"


class Catalogue(APIView):
    permission_classes = [AllowAny]

    @extend_schema(responses=CatalogueOut, summary="What can be sent now, the cheapest first, with its split")
    def get(self, request: Request) -> Response:
        def art_address(gift: Gift) -> str:
            return request.build_absolute_uri(static(gift.art))

        now = clock.now()
        offers = selectors.offers(rates=rates.in_force(now), now=now)
        return Response(CatalogueOut({"results": offers}, context={"art_address": art_address}).data)


SENT_ONCE = """
Answered once the gift is on disk. 429 and 503 say by `Retry-After` when to come back. Whatever went wrong on the way,
the same request with the same key counts once, and is answered as it then stands.
"""


class Send(APIView):  # the contract of what gateway/hot_gifts.py serves
    permission_classes = [IsAuthenticated]

    @extend_schema(
        parameters=[KEY],
        request=SendGiftIn,
        responses={201: SentOut},
        summary="Send a gift",
        description=SENT_ONCE.strip(),
    )
    def post(self, request: Request, room_id: UUID) -> Response:
        raise ServedByGateway


@extend_schema_view(get=extend_schema(summary="The gifts you sent"))
class GiftsSent(generics.ListAPIView[SentGift]):
    permission_classes = [IsAuthenticated]
    serializer_class = SentGiftOut
    pagination_class = NewestFirst
    queryset = SentGift.objects.select_related("gift", "sender", "creator")

    def get_queryset(self) -> QuerySet[SentGift]:
        return super().get_queryset().filter(sender_id=self.request.user.pk)


@extend_schema_view(get=extend_schema(summary="The gifts you received"))
class GiftsReceived(GiftsSent):
    def get_queryset(self) -> QuerySet[SentGift]:
        return generics.ListAPIView.get_queryset(self).filter(creator_id=self.request.user.pk)


class Receipt(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=SentGiftOut, summary="One gift, for its sender or its creator")
    def get(self, request: Request, sent_id: int) -> Response:
        assert isinstance(request.user, User)
        found = selectors.receipt(sent_id=sent_id, reader=request.user)
        return Response(SentGiftOut(found, context={"request": request}).data)
