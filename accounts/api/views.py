"""REST about the caller, and the legal documents."""

from typing import cast

from allauth.account.adapter import get_adapter
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.api.serializers import AcceptanceIn, AcceptanceOut, LegalDocumentOut, MeOut, ProfileIn
from accounts.models import User
from accounts.selectors import documents_in_force
from ground import clock


class MeView(APIView):
    """The caller."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: MeOut})
    def get(self, request: Request) -> Response:
        """Read one's own record."""
        return Response(MeOut(cast(User, request.user), context={"request": request}).data)

    @extend_schema(request=ProfileIn, responses={200: MeOut})
    def patch(self, request: Request) -> Response:
        """Change name, bio, country, language or time zone; set the birth date, once."""
        changes = ProfileIn(data=request.data, partial=True, context={"request": request})
        changes.is_valid(raise_exception=True)
        services.update_profile(user=cast(User, request.user), now=clock.now(), **changes.validated_data)
        return Response(MeOut(cast(User, request.user), context={"request": request}).data)


class AcceptancesView(APIView):
    """What the caller accepted."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=AcceptanceIn, responses={201: AcceptanceOut})
    def post(self, request: Request) -> Response:
        """Accept the version in force of one document; once is enough, twice does no harm."""
        shown = AcceptanceIn(data=request.data)
        shown.is_valid(raise_exception=True)
        acceptance = services.accept_document(
            user=cast(User, request.user),
            now=clock.now(),
            ip=get_adapter().get_client_ip(request._request),
            **shown.validated_data,
        )
        return Response(AcceptanceOut(acceptance).data, status=status.HTTP_201_CREATED)


class LegalDocumentsView(APIView):
    """The legal documents in force."""

    permission_classes = [AllowAny]

    @extend_schema(responses={200: LegalDocumentOut(many=True)}, auth=[])
    def get(self, request: Request) -> Response:
        """Read the version in force of each document."""
        return Response(LegalDocumentOut(documents_in_force(clock.now()), many=True).data)
