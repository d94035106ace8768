"""REST of the wallet: what one has, what is sold, orders."""

from typing import Any, cast
from uuid import UUID, uuid4

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, status
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from ground import clock
from ground.errors import NotFound
from wallet import rates, selectors, services
from wallet.api.serializers import (
    FILTERS,
    OrderDetailOut,
    OrderIn,
    OrderOut,
    PackagesOut,
    RecheckedOut,
    WalletOut,
    WantedIn,
)
from wallet.errors import NotSold
from wallet.history import recharges
from wallet.models import Order
from wallet.offer_pages import shop_with_offers
from wallet.shop import shop_for
from wallet.units import MICRO_PER_MINOR

KEY_LENGTH = 120
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Made by the client, once per recharge: the same key answers the same order.",
)


class OrderPages(CursorPagination):
    """Newest first, by a cursor that stays right while orders are added."""

    ordering = ("-created_at", "-id")
    page_size = 20
    max_page_size = 100
    page_size_query_param = "limit"


class WalletView(APIView):
    """The caller's coins."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: WalletOut})
    def get(self, request: Request) -> Response:
        """Read the balance and the rates in force."""
        user = cast(User, request.user)
        in_force = rates.in_force(clock.now())
        coins = selectors.coins_of(user)
        answer = {
            "coins": coins,
            "value_minor": coins * in_force.coin_value_micro // MICRO_PER_MINOR,
            "settlement_currency": in_force.currency,
            "diamond_units_per_coin": in_force.diamond_units_per_coin,
            "creator_share_basis_points": in_force.creator_share_basis_points,
            "storefront": selectors.storefront_for(user),
        }
        return Response(WalletOut(answer).data)


class PackagesView(APIView):
    """What is sold where the caller is."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: PackagesOut})
    def get(self, request: Request) -> Response:
        """List the packages on sale, smallest first, with tax, limits, the next prices and the caller's currency."""
        now = clock.now()
        shop = shop_for(cast(User, request.user), rates.in_force(now), now)
        if shop is None:
            raise NotSold
        shop, _ = shop_with_offers(shop, reader=cast(User, request.user), code="", now=now)
        return Response(PackagesOut(shop).data)


class OrdersView(APIView):
    """The caller's recharges."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        responses={200: OrderOut(many=True)},
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int), *FILTERS],
    )
    def get(self, request: Request) -> Response:
        """List the orders that fit, newest first."""
        pages = OrderPages()
        asked = recharges(cast(User, request.user), WantedIn.read(request))
        orders = pages.paginate_queryset(asked, request, view=self)
        return pages.get_paginated_response(OrderOut(orders, many=True).data)

    @extend_schema(request=OrderIn, responses={201: OrderOut}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request) -> Response:
        """Start a recharge; pay it at `checkout_url`. Without one the provider was silent: read the order again."""
        wanted = OrderIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        order = services.create_order(
            user=cast(User, request.user), key=client_key(request), now=clock.now(), **wanted.validated_data
        )
        return Response(OrderOut(order).data, status=status.HTTP_201_CREATED)


class OrderView(APIView):
    """One recharge of the caller."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: OrderDetailOut})
    def get(self, request: Request, order_id: UUID) -> Response:
        """Read an order with its timeline."""
        order = order_of_request(request, order_id)
        return Response(OrderDetailOut(order, context={"timeline": selectors.timeline(order)}).data)


class RecheckView(APIView):
    """Where are my coins?"""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={200: RecheckedOut})
    def post(self, request: Request, order_id: UUID) -> Response:
        """Ask the provider again now, credit what is paid, and tell what provider, webhook and ledger say."""
        rechecked = services.recheck_order(
            order=order_of_request(request, order_id), now=clock.now(), opens_case=True
        )
        return Response(RecheckedOut(rechecked).data)


class CancellationView(APIView):
    """Stopping an order before it is paid."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={200: OrderOut})
    def post(self, request: Request, order_id: UUID) -> Response:
        """Close the payment page and cancel the order; cancelling twice is the same."""
        return Response(
            OrderOut(services.cancel_order(order=order_of_request(request, order_id), now=clock.now())).data
        )


def order_of_request(request: Request, order_id: UUID) -> Order:
    """The caller's order; somebody else's is not there."""
    order = selectors.order_of(cast(User, request.user), order_id)
    if order is None:
        raise NotFound
    return order


def client_key(request: Request) -> str:
    """The client's key, or a new one for a client that sends none."""
    key: Any = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return f"api:{uuid4()}"
    if len(key) > KEY_LENGTH or not key.isascii() or not key.isprintable():
        raise exceptions.ValidationError(
            {"Idempotency-Key": [f"Use 1 to {KEY_LENGTH} printable ASCII characters."]}
        )
    return f"client:{key}"
