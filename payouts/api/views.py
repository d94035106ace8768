"""Cash-out over REST: earnings, the payout account, quotes, cash-outs."""

from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, status
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import RecentSecondFactor
from accounts.models import User
from accounts.selectors import documents_to_accept
from ground import clock
from ground.errors import NotFound
from payouts import selectors
from payouts.addresses import onboarding_addresses
from payouts.api.serializers import (
    CreatorOut,
    EarningsOut,
    OnboardingIn,
    OnboardingOut,
    PayoutDetailOut,
    PayoutIn,
    PayoutOut,
    QuoteIn,
    QuoteOut,
)
from payouts.errors import CreatorRequired
from payouts.keys import read_key
from payouts.models import Payout
from payouts.services.account import start_onboarding
from payouts.services.quote import quote_cash_out
from payouts.services.request import CASH_OUT_TERMS, cancel_payout, request_payout
from wallet import rates

KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="Made by the client for each cash-out a person decides on: a UUID, or 1 to 80 printable characters.",
)


class NewestFirst(CursorPagination):
    page_size = 50
    ordering = ("-requested_at", "-id")


def person(request: Request) -> User:
    """The signed-in caller."""
    return cast(User, request.user)


class CreatorStatus(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=CreatorOut, summary="Whether you are a creator and may cash out")
    def get(self, request: Request) -> Response:
        user = person(request)
        account = selectors.account_in_use(user)
        missing = documents_to_accept(user, list(CASH_OUT_TERMS), clock.now())
        facts: dict[str, Any] = {
            "creator_since": user.creator_since,
            "can_cash_out": user.is_creator and account is not None and account.is_ready,
            "terms_to_accept": [document.kind for document in missing],
            "account": account,
        }
        return Response(CreatorOut(facts).data)


class Onboarding(APIView):
    permission_classes = [IsAuthenticated, RecentSecondFactor]

    @extend_schema(
        request=OnboardingIn,
        responses={201: OnboardingOut},
        summary="Become a creator, open or change your payout account. Needs a recent second factor",
    )
    def post(self, request: Request) -> Response:
        wanted = OnboardingIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        url = start_onboarding(
            user=person(request),
            accept_terms=wanted.validated_data["accept_terms"],
            **onboarding_addresses(),
            now=clock.now(),
        )
        return Response({"url": url}, status=status.HTTP_201_CREATED)


class CreatorEarnings(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=EarningsOut, summary="Your diamonds: available, pending by date, reserved, paid")
    def get(self, request: Request) -> Response:
        user, now = person(request), clock.now()
        if not user.is_creator:
            raise CreatorRequired
        context = {"rates": rates.in_force(now)}
        return Response(EarningsOut(selectors.earnings(user, now), context=context).data)


class Quotes(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        request=QuoteIn, responses={201: QuoteOut}, summary="What some diamonds bring, promised a while"
    )
    def post(self, request: Request) -> Response:
        wanted = QuoteIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        quote = quote_cash_out(creator=person(request), now=clock.now(), **wanted.validated_data)
        return Response(QuoteOut(quote).data, status=status.HTTP_201_CREATED)


@extend_schema_view(get=extend_schema(responses=PayoutOut(many=True), summary="Your cash-outs, newest first"))
class Payouts(generics.ListAPIView[Payout]):
    permission_classes = [IsAuthenticated]
    serializer_class = PayoutOut
    pagination_class = NewestFirst

    def get_permissions(self) -> list[Any]:
        return [
            *super().get_permissions(),
            *([RecentSecondFactor()] if self.request.method == "POST" else []),
        ]

    def get_queryset(self) -> QuerySet[Payout]:
        return selectors.payouts_of(person(self.request))

    @extend_schema(
        parameters=[KEY],
        request=PayoutIn,
        responses={201: PayoutDetailOut},
        summary="Cash out: reserve the quote's diamonds. Needs a second factor used in the last 5 minutes",
    )
    def post(self, request: Request) -> Response:
        wanted = PayoutIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        payout = request_payout(
            creator=person(request),
            quote_id=wanted.validated_data["quote"],
            key=read_key(request.headers.get("Idempotency-Key", "")),
            now=clock.now(),
        )
        return Response(PayoutDetailOut(payout).data, status=status.HTTP_201_CREATED)


class OnePayout(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=PayoutDetailOut, summary="One of your cash-outs with its history")
    def get(self, request: Request, payout_id: UUID) -> Response:
        payout = selectors.payouts_of(person(request)).filter(id=payout_id).first()
        if payout is None:
            raise NotFound
        return Response(PayoutDetailOut(payout).data)


class Cancellation(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        request=None, responses={201: PayoutDetailOut}, summary="Cancel a cash-out that was not sent yet"
    )
    def post(self, request: Request, payout_id: UUID) -> Response:
        payout = cancel_payout(creator=person(request), payout_id=payout_id, now=clock.now())
        return Response(PayoutDetailOut(payout).data, status=status.HTTP_201_CREATED)
