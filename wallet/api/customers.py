"""REST of saved payment methods."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from ground import clock
from wallet.services import customers


class SavedMethodOut(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="card, paypal, sepa_debit …, as the provider calls it.")
    name = serializers.CharField()
    last4 = serializers.CharField()
    expires = serializers.CharField(help_text="12/40; empty: never.")


class SavedMethodsOut(serializers.Serializer[Any]):
    methods = SavedMethodOut(many=True)


class PortalOut(serializers.Serializer[Any]):
    """Where the caller manages them, good for minutes and for them alone."""

    url = serializers.URLField()


class PaymentMethodsView(APIView):
    """What the caller saved at the payment provider."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: SavedMethodsOut})
    def get(self, request: Request) -> Response:
        """List the saved payment methods."""
        methods = customers.saved_methods(user=cast(User, request.user))
        return Response(SavedMethodsOut({"methods": methods}).data)


class PortalView(APIView):
    """The provider's page of saved payment methods."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={201: PortalOut})
    def post(self, request: Request) -> Response:
        """Open a visit to the provider's page, which leads back to Settings."""
        url = customers.open_portal(user=cast(User, request.user), now=clock.now())
        return Response(PortalOut({"url": url}).data, status=status.HTTP_201_CREATED)
