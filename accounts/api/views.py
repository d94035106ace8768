"""REST about the caller, and the legal documents."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.api.serializers import MeOut, ProfileIn
from accounts.models import User


class MeView(APIView):
    """The caller."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: MeOut})
    def get(self, request: Request) -> Response:
        """Read one's own record."""
        return Response(MeOut(cast(User, request.user), context={"request": request}).data)

    @extend_schema(request=ProfileIn, responses={200: MeOut})
    def patch(self, request: Request) -> Response:
        """Change name, bio, language or time zone."""
        changes = ProfileIn(data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        services.update_profile(user=cast(User, request.user), **changes.validated_data)
        return Response(MeOut(cast(User, request.user), context={"request": request}).data)
