"""REST about legal documents: reading, what changed, accepting, what was accepted."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import selectors, services
from accounts.client import origin_of
from accounts.differences import differences
from accounts.models import Acceptance, LegalDocument, User
from ground import clock
from ground.errors import NotFound


class LegalDocumentOut(serializers.ModelSerializer[LegalDocument]):
    """A document in force, or one that is announced (`starts_at` lies ahead)."""

    class Meta:
        model = LegalDocument
        fields = ["kind", "version", "title", "starts_at", "needs_acceptance", "summary", "body"]


class RunOut(serializers.Serializer[Any]):
    """Words that stayed, came or went."""

    kind = serializers.ChoiceField(choices=["same", "added", "removed"])
    text = serializers.CharField()


class PassageOut(serializers.Serializer[Any]):
    """One paragraph, heading or point."""

    kind = serializers.ChoiceField(choices=["same", "added", "removed", "changed"])
    shape = serializers.ChoiceField(choices=["heading", "point", "text"])
    runs = RunOut(many=True)


class ChangesOut(serializers.Serializer[Any]):
    """What changed from one version to another."""

    kind = serializers.CharField()
    version = serializers.IntegerField()
    from_version = serializers.IntegerField()
    summary = serializers.CharField()
    passages = PassageOut(many=True)


class ShownIn(serializers.Serializer[Any]):
    """Which version of which document the person was shown and accepts."""

    kind = serializers.ChoiceField(choices=LegalDocument.Kind.choices)
    version = serializers.IntegerField(min_value=1, max_value=32_767)


class AcceptanceIn(serializers.Serializer[Any]):
    """One document (`kind` and `version`), or several at once (`documents`), all or none."""

    kind = serializers.ChoiceField(choices=LegalDocument.Kind.choices, required=False)
    version = serializers.IntegerField(min_value=1, max_value=32_767, required=False)
    documents = ShownIn(many=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        shown = list(attrs.get("documents", []))
        if "kind" in attrs and "version" in attrs:
            shown.append({"kind": attrs["kind"], "version": attrs["version"]})
        if not shown or len({one["kind"] for one in shown}) < len(shown):
            raise serializers.ValidationError("Send `kind` and `version`, or `documents`, each kind once.")
        return {"versions": {one["kind"]: one["version"] for one in shown}}


class AcceptanceOut(serializers.ModelSerializer[Acceptance]):
    """A recorded acceptance, or that the person was told of a version that asks for none."""

    kind = serializers.CharField(source="document.kind", read_only=True)
    version = serializers.IntegerField(source="document.version", read_only=True)
    title = serializers.CharField(source="document.title", read_only=True)

    class Meta:
        model = Acceptance
        fields = ["kind", "version", "title", "how", "accepted_at"]


class AcceptedOut(AcceptanceOut):
    """The first record; `accepted` has all that were asked for."""

    accepted = AcceptanceOut(many=True, read_only=True)

    class Meta(AcceptanceOut.Meta):
        fields = [*AcceptanceOut.Meta.fields, "accepted"]


class AcceptancePages(CursorPagination):
    page_size = 25
    ordering = ("-accepted_at", "-pk")


class AcceptancesView(APIView):
    """What the caller accepted."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        responses={200: AcceptanceOut(many=True)},
        parameters=[OpenApiParameter("cursor", OpenApiTypes.STR, description="Of the next page.")],
    )
    def get(self, request: Request) -> Response:
        """Read everything one accepted, newest first."""
        pages = AcceptancePages()
        rows = cast(User, request.user).acceptances.select_related("document")
        page = pages.paginate_queryset(rows, request, self)
        return pages.get_paginated_response(AcceptanceOut(page, many=True).data)

    @extend_schema(request=AcceptanceIn, responses={201: AcceptedOut})
    def post(self, request: Request) -> Response:
        """Accept versions that are in force or announced; once is enough, twice does no harm."""
        shown = AcceptanceIn(data=request.data)
        shown.is_valid(raise_exception=True)
        accepted = services.accept_documents(
            user=cast(User, request.user),
            versions=shown.validated_data["versions"],
            now=clock.now(),
            origin=origin_of(request._request),
        )
        rows = AcceptanceOut(accepted, many=True).data
        return Response({**rows[0], "accepted": rows}, status=status.HTTP_201_CREATED)


class LegalDocumentsView(APIView):
    """The legal documents."""

    permission_classes = [AllowAny]

    @extend_schema(
        responses={200: LegalDocumentOut(many=True)},
        auth=[],
        parameters=[
            OpenApiParameter(
                "state", enum=["in_force", "coming"], description="`coming`: announced, not begun."
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """Read the version in force of each document, or the announced ones."""
        coming = request.query_params.get("state") == "coming"
        now = clock.now()
        documents = selectors.documents_coming(now) if coming else selectors.documents_in_force(now)
        return Response(LegalDocumentOut(documents, many=True).data)


class LegalChangesView(APIView):
    """What a version changed."""

    permission_classes = [AllowAny]

    @extend_schema(responses={200: ChangesOut}, auth=[])
    def get(self, request: Request, kind: str, version: int) -> Response:
        """Read what changed in a version against the one before it."""
        document = LegalDocument.objects.published().filter(kind=kind, version=version).first()
        earlier = selectors.previous_version(document) if document else None
        if document is None or earlier is None:
            raise NotFound
        facts = {
            "kind": document.kind,
            "version": document.version,
            "from_version": earlier.version,
            "summary": document.summary,
            "passages": differences(earlier.body, document.body),
        }
        return Response(ChangesOut(facts).data)
