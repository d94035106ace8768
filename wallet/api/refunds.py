"""REST of refunds: what giving coins back brings, asking for it, and how each stands."""

from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from ground import clock
from wallet import refund_pages, services
from wallet.api.serializers import LARGEST_REQUEST
from wallet.api.views import IDEMPOTENCY_KEY, client_key, order_of_request
from wallet.models import Refund
from wallet.refund_states import RefundState


class RefundIn(serializers.Serializer[Any]):
    """How many of the order's unspent coins to give back."""

    coins = serializers.IntegerField(
        min_value=1, max_value=LARGEST_REQUEST, required=False, help_text="Left out: all that are unspent."
    )


class RefundQuoteOut(serializers.Serializer[Any]):
    """What giving coins back brings now."""

    coins = serializers.IntegerField()
    coins_left = serializers.IntegerField(help_text="Of the order, unspent.")
    bonus_coins = serializers.IntegerField(help_text="Unspent bonus coins that go with them.")
    amount_minor = serializers.IntegerField(help_text="What is paid back.")
    full_minor = serializers.IntegerField(help_text="What the coins cost.")
    reduced_minor = serializers.IntegerField(help_text="What a spent bonus takes off, once per order.")
    currency = serializers.CharField()
    until = serializers.DateTimeField(help_text="Possible until then.")


class RefundOut(serializers.ModelSerializer[Refund]):
    """A refund as its buyer sees it."""

    status = serializers.ChoiceField(source="state", choices=RefundState.choices)

    class Meta:
        model = Refund
        fields = [
            "id", "status", "origin", "coins", "bonus_coins", "amount_minor", "currency", "failure_code",
            "created_at", "state_at",
        ]  # fmt: skip


class RefundQuoteView(APIView):
    """What giving coins back would bring."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: RefundQuoteOut}, parameters=[OpenApiParameter("coins", int)])
    def get(self, request: Request, order_id: UUID) -> Response:
        """Read what giving `coins` of an order back brings now; refused if it cannot be."""
        wanted = RefundIn(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        offer = services.quote_refund(
            order=order_of_request(request, order_id),
            coins=wanted.validated_data.get("coins"),
            asked_by=cast(User, request.user),
            now=clock.now(),
        )
        return Response(RefundQuoteOut(offer).data)


class RefundsView(APIView):
    """An order's refunds."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: RefundOut(many=True)})
    def get(self, request: Request, order_id: UUID) -> Response:
        """List an order's refunds, newest first."""
        refunds = refund_pages.refunds_of(order_of_request(request, order_id))
        return Response(RefundOut(refunds, many=True).data)

    @extend_schema(request=RefundIn, responses={201: RefundOut}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, order_id: UUID) -> Response:
        """Give unspent coins of an order back. `pending` goes on by itself: read it again."""
        wanted = RefundIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        refund = services.ask_refund(
            order=order_of_request(request, order_id),
            coins=wanted.validated_data.get("coins"),
            asked_by=cast(User, request.user),
            reason="",
            key=client_key(request),
            now=clock.now(),
        )
        return Response(RefundOut(refund).data, status=status.HTTP_201_CREATED)
