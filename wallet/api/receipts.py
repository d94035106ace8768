"""REST of receipts and of the recharges as a file."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from ground import clock
from wallet import history
from wallet.api.serializers import FILTERS, WantedIn
from wallet.receipt_pdf import pdf_answer
from wallet.services.receipts import receipt_of


class ReceiptLineOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["net", "tax", "total", "refund", "left"])
    words = serializers.CharField()
    amount_minor = serializers.IntegerField()


class ReceiptOut(serializers.Serializer[Any]):
    """A receipt: its number, who sold and who bought, the sum with its tax, and what went back since."""

    number = serializers.CharField(source="code")
    order = serializers.UUIDField(source="order_id")
    issued_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField()
    coins = serializers.IntegerField()
    currency = serializers.CharField()
    seller = serializers.ListField(child=serializers.CharField())
    seller_country = serializers.CharField()
    seller_tax_id = serializers.CharField()
    buyer = serializers.ListField(child=serializers.CharField())
    buyer_country = serializers.CharField()
    lines = ReceiptLineOut(many=True)
    policy = serializers.CharField(help_text="What the storefront promised of refunds.")


class AsItIs(DefaultContentNegotiation):
    """A file comes as what it is, whatever the caller would rather have."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class ReceiptView(APIView):
    """The receipt of a credited order."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: ReceiptOut})
    def get(self, request: Request, order_id: UUID) -> Response:
        """Read the receipt."""
        _, facts = receipt_of(cast(User, request.user), order_id, now=clock.now())
        return Response(ReceiptOut(facts).data)


class ReceiptFileView(APIView):
    """The receipt of a credited order as a file."""

    permission_classes = [IsAuthenticated]
    content_negotiation_class = AsItIs

    @extend_schema(responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)})
    def get(self, request: Request, order_id: UUID) -> HttpResponse:
        """Get the receipt as a PDF."""
        _, facts = receipt_of(cast(User, request.user), order_id, now=clock.now())
        return pdf_answer(facts)


class RechargesFileView(APIView):
    """The caller's recharges as a file."""

    permission_classes = [IsAuthenticated]
    content_negotiation_class = AsItIs

    @extend_schema(
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
        parameters=FILTERS,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Get all recharges that fit as CSV, newest first; amounts in major units with a point."""
        return history.csv_answer(request._request, cast(User, request.user), WantedIn.read(request))
