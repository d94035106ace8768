"""REST about the caller, and the legal documents."""

from dataclasses import dataclass
from typing import Any, cast

from allauth.account.adapter import get_adapter
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.api.serializers import AcceptanceIn, AcceptanceOut, LegalDocumentOut, MeOut, ProfileIn
from accounts.models import LegalDocument, User
from accounts.selectors import documents_in_force, documents_to_accept, has_second_factor
from accounts.step_up import second_factor_age_s, session_of
from ground import clock


@dataclass(frozen=True)
class Me:
    """A person as they see themselves in this session; the user's own columns are read through."""

    user: User
    has_second_factor: bool
    second_factor_age_s: int | None
    terms_to_accept: list[str]

    @classmethod
    def of(cls, request: Request) -> "Me":
        user = cast(User, request.user)
        age_s = second_factor_age_s(session_of(request), user)
        missing = documents_to_accept(user, list(LegalDocument.Kind), clock.now())
        return cls(
            user=user,
            has_second_factor=has_second_factor(user),
            second_factor_age_s=None if age_s is None else int(age_s),
            terms_to_accept=[document.kind for document in missing],
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self.user, name)


class MeView(APIView):
    """The caller."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: MeOut})
    def get(self, request: Request) -> Response:
        """Read one's own record."""
        return Response(MeOut(Me.of(request)).data)

    @extend_schema(request=ProfileIn, responses={200: MeOut})
    def patch(self, request: Request) -> Response:
        """Change name, bio, language or time zone."""
        changes = ProfileIn(data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        services.update_profile(user=cast(User, request.user), **changes.validated_data)
        return Response(MeOut(Me.of(request)).data)


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
