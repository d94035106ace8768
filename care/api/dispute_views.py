"""REST of disputes: a buyer's, and what they did to a creator's diamonds."""

from typing import cast
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from care import dispute_selectors as selectors
from care.api.dispute_serializers import DisputedGiftOut, DisputeOut, HeldDiamondsOut

PAGING = [OpenApiParameter("cursor", str), OpenApiParameter("limit", int)]


class DisputePages(CursorPagination):
    """Newest first, by a cursor that stays right while disputes are added."""

    ordering = ("-seen_at", "-id")
    page_size = 20
    max_page_size = 100
    page_size_query_param = "limit"


class GiftPages(DisputePages):
    ordering = ("-held_at", "-id")


class Disputes(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="disputes_list",
        responses={200: DisputeOut(many=True)},
        parameters=PAGING,
        summary="What banks say about your payments, newest first",
    )
    def get(self, request: Request) -> Response:
        pages = DisputePages()
        rows = pages.paginate_queryset(selectors.disputes_of(_person(request)), request, view=self)
        return pages.get_paginated_response(DisputeOut(rows, many=True).data)


class OneDispute(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=DisputeOut, summary="One dispute: what is held, why, and what happens next")
    def get(self, request: Request, dispute_id: UUID) -> Response:
        return Response(DisputeOut(selectors.dispute_of(_person(request), dispute_id)).data)


class DisputedGifts(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="disputed_gifts_list",
        responses={200: DisputedGiftOut(many=True)},
        parameters=PAGING,
        summary="Gifts to you whose diamonds a dispute set aside, newest first",
    )
    def get(self, request: Request) -> Response:
        pages = GiftPages()
        rows = pages.paginate_queryset(selectors.disputed_gifts_of(_person(request)), request, view=self)
        return pages.get_paginated_response(DisputedGiftOut(rows, many=True).data)


class HeldDiamonds(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=HeldDiamondsOut, summary="How many of your diamonds disputes hold, or cancelled")
    def get(self, request: Request) -> Response:
        return Response(HeldDiamondsOut(selectors.held_diamonds_of(_person(request))).data)


def _person(request: Request) -> User:
    return cast(User, request.user)
