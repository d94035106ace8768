"""Support cases, and "I did not do this", over REST."""

from typing import cast
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.recovery import steps_left
from accounts.step_up import session_of
from care import selectors, services
from care.api.pagination import CasePages
from care.api.serializers import (
    CaseDetailOut,
    CaseIn,
    CaseMessageIn,
    CaseMessageOut,
    CaseOut,
    NotMeIn,
    RecoveryOut,
)
from care.downloads import download
from care.files import clean_files
from care.keys import read_key
from care.services.opening import NewCase
from care.services.reporting import NotMe
from care.states import CaseKind
from ground import clock

KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="Made by the client for each request a person decides on: a UUID, or 1 to 80 printable characters.",
)


class Cases(APIView):
    """The caller's support cases."""

    permission_classes = [IsAuthenticated]
    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(
        responses={200: CaseOut(many=True)},
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        summary="Your support cases, newest first",
    )
    def get(self, request: Request) -> Response:
        pager = CasePages()
        found = pager.paginate_queryset(selectors.cases_of(person(request)), request, view=self)
        return pager.get_paginated_response(CaseOut(found, many=True).data)

    @extend_schema(
        parameters=[KEY], request=CaseIn, responses={201: CaseDetailOut}, summary="Ask support for help"
    )
    def post(self, request: Request) -> Response:
        asked = CaseIn(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        wish = NewCase(
            kind=CaseKind(given["kind"]),
            body=given["body"],
            abouts=given["about"],
            files=clean_files(given["files"]),
            insists=given["insist"],
        )
        case = services.open_case(person=person(request), wish=wish, key=_key(request), now=clock.now())
        return Response(_detail(person(request), case.reference), status=status.HTTP_201_CREATED)


class OneCase(APIView):
    """One case of the caller."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=CaseDetailOut, summary="One of your cases with its thread")
    def get(self, request: Request, reference: str) -> Response:
        return Response(_detail(person(request), reference))


class Messages(APIView):
    """What is said in a case."""

    permission_classes = [IsAuthenticated]
    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(
        parameters=[KEY],
        request=CaseMessageIn,
        responses={201: CaseMessageOut},
        summary="Say something in your case",
    )
    def post(self, request: Request, reference: str) -> Response:
        asked = CaseMessageIn(data=request.data)
        asked.is_valid(raise_exception=True)
        said = services.add_message(
            person=person(request),
            reference=reference,
            body=asked.validated_data["body"],
            files=clean_files(asked.validated_data["files"]),
            key=_key(request),
            now=clock.now(),
        )
        return Response(CaseMessageOut(said).data, status=status.HTTP_201_CREATED)


class Solution(APIView):
    """That a case is solved."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={201: CaseDetailOut}, summary="Close your case; twice is once")
    def post(self, request: Request, reference: str) -> Response:
        services.mark_solved(person=person(request), reference=reference, now=clock.now())
        return Response(_detail(person(request), reference), status=status.HTTP_201_CREATED)


class File(APIView):
    """A file of a case."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        responses={
            (200, "image/webp"): OpenApiResponse(OpenApiTypes.BINARY),
            (200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY),
        },
        summary="Download a file of your case",
    )
    def get(self, request: Request, file_id: UUID) -> HttpResponse:
        reader = person(request)
        found = selectors.readable_file(reader, file_id, is_verified=reader.is_verified())
        return download(found.name, found.media_type, bytes(found.content))


class NotMeReports(APIView):
    """ "I did not do this"."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        parameters=[KEY],
        request=NotMeIn,
        responses={201: RecoveryOut},
        summary="I did not do this: stop my money, end every other session, open a case",
    )
    def post(self, request: Request) -> Response:
        asked = NotMeIn(data=request.data)
        asked.is_valid(raise_exception=True)
        user = person(request)
        services.report_not_me(
            person=user,
            claim=NotMe(asked.validated_data["about"], asked.validated_data["words"]),
            session=session_of(request),
            request=request._request,
            key=_key(request),
            now=clock.now(),
        )
        return Response(_recovery(user), status=status.HTTP_201_CREATED)


class Recovery(APIView):
    """The way back into a reported account."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        responses=RecoveryOut, summary="What is left to secure your account, and whether money is stopped"
    )
    def get(self, request: Request) -> Response:
        return Response(_recovery(person(request)))


def person(request: Request) -> User:
    """The signed-in caller."""
    return cast(User, request.user)


def _key(request: Request) -> str:
    return read_key(request.headers.get("Idempotency-Key", ""))


def _detail(user: User, reference: str) -> dict[str, object]:
    thread = selectors.thread_of(user, reference)
    return dict(CaseDetailOut(thread.case, context={"thread": thread}).data)


def _recovery(user: User) -> dict[str, object]:
    freeze = selectors.open_freeze(user)
    facts = {
        "is_required": user.recovery_since is not None,
        "steps": steps_left(user),
        "is_frozen": freeze is not None,
        "case": freeze.case.reference if freeze else None,
        "answer_due_at": freeze.case.answer_due_at if freeze else None,
    }
    return dict(RecoveryOut(facts).data)
