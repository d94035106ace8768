"""A copy of one's data and closing one's account, over REST."""

from typing import Any, ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import logout
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.proof import RecentProof
from accounts.services import record_security_event
from care.api.data_serializers import ClosingOut, ClosingOutlookOut, DataExportOut, ForfeitIn, ForfeitOut
from care.data_views import file_name
from care.giving_up import give_up
from care.services.closing import ask_for_closing, hindrances_of
from care.services.exports import ask_for_export, export_of, exports_of, open_export
from ground import clock

KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    required=True,
    description="A UUID that the client makes for each giving up that a person decides on.",
)


class NewestFirst(CursorPagination):
    page_size = 20
    ordering = ("-asked_at", "-id")


class ZipRenderer(BaseRenderer):
    """Named so that a client may ask for what it gets; the file itself is streamed past it."""

    media_type = "application/zip"
    format = "zip"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        """A refusal to somebody who asked for a ZIP only."""
        return JSONRenderer().render(data)


class DataExports(APIView):
    """The copies of the caller's data."""

    def get_permissions(self) -> list[Any]:
        """Asking for a copy needs a fresh proof of who it is."""
        needed = [IsAuthenticated(), RecentProof()] if self.request.method == "POST" else [IsAuthenticated()]
        return cast(list[Any], needed)

    @extend_schema(
        operation_id="data_exports_list",
        responses={200: DataExportOut(many=True)},
        parameters=[OpenApiParameter("cursor", str)],
        summary="The copies of your data, newest first",
    )
    def get(self, request: Request) -> Response:
        pages = NewestFirst()
        rows = pages.paginate_queryset(exports_of(_person(request)), request, view=self)
        return pages.get_paginated_response(DataExportOut(rows, many=True).data)

    @extend_schema(
        request=None,
        responses={201: DataExportOut},
        summary="Have a copy of your data built; while one is built, that one is answered",
    )
    def post(self, request: Request) -> Response:
        export = ask_for_export(user=_person(request), now=clock.wall())
        return Response(DataExportOut(export).data, status=status.HTTP_201_CREATED)


class OneDataExport(APIView):
    permission_classes: ClassVar = [IsAuthenticated]

    @extend_schema(responses=DataExportOut, summary="How far a copy of your data is")
    def get(self, request: Request, export_id: UUID) -> Response:
        return Response(DataExportOut(export_of(_person(request), export_id)).data)


class DataExportFile(APIView):
    permission_classes: ClassVar = [IsAuthenticated, RecentProof]
    renderer_classes: ClassVar = [JSONRenderer, ZipRenderer]

    @extend_schema(
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        summary="The copy of your data, as a ZIP, within its seven days",
    )
    def get(self, request: Request, export_id: UUID) -> FileResponse:
        user = _person(request)
        export, content = open_export(user=user, export_id=export_id, now=clock.wall())
        record_security_event(
            user=user, kind="data_export_fetched", now=clock.wall(), request=request._request
        )
        name = file_name(export.asked_at.date().isoformat())
        answer = FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
        answer["Cache-Control"] = "private, no-store"
        return answer


class ClosingView(APIView):
    """Closing the caller's account."""

    def get_permissions(self) -> list[Any]:
        """Closing needs a fresh proof of who it is."""
        needed = [IsAuthenticated(), RecentProof()] if self.request.method == "POST" else [IsAuthenticated()]
        return cast(list[Any], needed)

    @extend_schema(responses=ClosingOutlookOut, summary="What closing your account needs and brings")
    def get(self, request: Request) -> Response:
        facts = {"grace_days": settings.CLOSING_GRACE_DAYS, "hindrances": hindrances_of(_person(request))}
        return Response(ClosingOutlookOut(facts).data)

    @extend_schema(
        request=None,
        responses={201: ClosingOut},
        summary="Close your account: every session ends, this one too; signing in takes it back until it is erased",
    )
    def post(self, request: Request) -> Response:
        closing = ask_for_closing(user=_person(request), now=clock.now(), request=request._request)
        logout(request._request)
        return Response(ClosingOut(closing).data, status=status.HTTP_201_CREATED)


class Forfeits(APIView):
    permission_classes: ClassVar = [IsAuthenticated, RecentProof]

    @extend_schema(
        request=ForfeitIn,
        responses={201: ForfeitOut},
        parameters=[KEY],
        summary="Give up all your coins, or diamonds that are too few to be cashed out, for good",
    )
    def post(self, request: Request) -> Response:
        wish = ForfeitIn(data=request.data)
        wish.is_valid(raise_exception=True)
        key = serializers.UUIDField().run_validation(request.headers.get("Idempotency-Key", ""))
        given = give_up(user=_person(request), key=str(key), now=clock.now(), **wish.validated_data)
        facts = {"unit": wish.validated_data["unit"], "amount": given}
        return Response(ForfeitOut(facts).data, status=status.HTTP_201_CREATED)


def _person(request: Request) -> User:
    return cast(User, request.user)
