"""A creator's wall over REST. Whoever sees the creator reads it; writing needs a person whom the creator lets in."""

from typing import cast

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.people import PersonOut
from accounts.models import User
from accounts.selectors import person_shown
from ground import clock
from live import comments
from live.models import COMMENT_MAX_GRAPHEMES, Comment

KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="Made by the client for each comment that a person writes: a UUID, or 1 to 64 printable characters. "
    "A comment sent again under its key is answered as the first time and stands once.",
)


class CommentIn(serializers.Serializer[Comment]):
    """What is written, and below which comment."""

    text = serializers.CharField(
        max_length=10 * COMMENT_MAX_GRAPHEMES,
        help_text=f"Up to {COMMENT_MAX_GRAPHEMES} characters as readers count them.",
    )
    parent = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2**63 - 1,
        help_text="The comment that opens the thread; a reply cannot be replied to.",
    )  # fmt: skip


class ReplyOut(serializers.ModelSerializer[Comment]):
    """One comment."""

    author = PersonOut(read_only=True)
    text = serializers.SerializerMethodField(help_text="Empty when it was removed.")
    is_liked = serializers.SerializerMethodField(help_text="Whether the caller gave it a heart.")
    is_removed = serializers.BooleanField(read_only=True)

    class Meta:
        model = Comment
        fields = ["id", "author", "text", "at", "likes", "is_liked", "is_removed"]

    def get_text(self, comment: Comment) -> str:
        return "" if comment.is_removed else comment.text

    def get_is_liked(self, comment: Comment) -> bool:
        return bool(getattr(comment, "is_liked", False))


class CommentOut(ReplyOut):
    """A comment that opens a thread, with its replies, oldest first."""

    replies = ReplyOut(source="shown_replies", many=True, read_only=True, default=[])

    class Meta(ReplyOut.Meta):
        fields = [*ReplyOut.Meta.fields, "replies"]


class HeartsOut(serializers.Serializer[Comment]):
    """A comment's hearts."""

    likes = serializers.IntegerField()


class NewestFirst(CursorPagination):
    page_size = 20
    ordering = ("-id",)


@extend_schema_view(get=extend_schema(responses=CommentOut, summary="A creator's wall, newest first"))
class Wall(generics.ListAPIView[Comment]):
    queryset = Comment.objects.none()  # for the schema
    serializer_class = CommentOut
    pagination_class = NewestFirst

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny()] if self.request.method == "GET" else [IsAuthenticated()]

    def get_queryset(self) -> QuerySet[Comment]:
        viewer = cast(User, self.request.user)
        return Comment.objects.on_wall(self._creator(), viewer)

    @extend_schema(
        parameters=[KEY], request=CommentIn, responses={201: ReplyOut}, summary="Write on a creator's wall"
    )
    def post(self, request: Request, handle: str) -> Response:
        wanted = CommentIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        comment = comments.post_comment(
            creator=self._creator(),
            author=cast(User, request.user),
            text=wanted.validated_data["text"],
            parent_id=wanted.validated_data["parent"],
            key=request.headers.get("Idempotency-Key", ""),
            now=clock.now(),
        )
        return Response(ReplyOut(comment).data, status=status.HTTP_201_CREATED)

    def _creator(self) -> User:
        """Whose wall it is; a handle that was given up lately names them still."""
        person, _ = person_shown(self.kwargs["handle"], viewer=cast(User, self.request.user), now=clock.now())
        return person


class CommentDetail(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={204: None}, summary="Take a comment off the wall")
    def delete(self, request: Request, comment_id: int) -> Response:
        comments.remove_comment(comment_id=comment_id, by=cast(User, request.user), now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Heart(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={200: HeartsOut}, summary="Like a comment")
    def put(self, request: Request, comment_id: int) -> Response:
        comment = comments.like_comment(
            comment_id=comment_id, person=cast(User, request.user), now=clock.now()
        )
        return Response(HeartsOut(comment).data)

    @extend_schema(request=None, responses={200: HeartsOut}, summary="Take one's like back")
    def delete(self, request: Request, comment_id: int) -> Response:
        comment = comments.unlike_comment(comment_id=comment_id, person=cast(User, request.user))
        return Response(HeartsOut(comment).data)
