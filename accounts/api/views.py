"""REST about the caller."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.api.serializers import MeOut, ProfileIn
from accounts.models import User
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
