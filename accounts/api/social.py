"""Privacy, blocking and following over REST."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import follows, services
from accounts.api.people import PersonOut
from accounts.errors import PersonNotFound
from accounts.models import Audience, Block, Follow, PrivacySettings, User
from accounts.models.social import WATCHER_CHOICES
from accounts.privacy import settings_of
from ground import clock


class NewestFirst(CursorPagination):
    page_size = 50
    ordering = "-id"


class PrivacyOut(serializers.ModelSerializer[PrivacySettings]):
    """What the caller lets others see and do."""

    class Meta:
        model = PrivacySettings
        fields = [
            "profile_seen_by", "comments_from", "gifts_from", "in_rankings", "shows_activity", "gifts_anonymously",
        ]  # fmt: skip


class PrivacyIn(serializers.Serializer[PrivacySettings]):
    """What to change; what is left out stays."""

    profile_seen_by = serializers.ChoiceField(choices=WATCHER_CHOICES, required=False)
    comments_from = serializers.ChoiceField(choices=WATCHER_CHOICES, required=False)
    gifts_from = serializers.ChoiceField(choices=Audience.choices, required=False)
    in_rankings = serializers.BooleanField(required=False)
    shows_activity = serializers.BooleanField(required=False)
    gifts_anonymously = serializers.BooleanField(
        required=False, help_text="Of gifts sent from now on; each keeps what it was sent with."
    )


class FollowerOut(serializers.ModelSerializer[Follow]):
    person = PersonOut(source="follower")

    class Meta:
        model = Follow
        fields = ["person", "since"]


class FollowedOut(serializers.ModelSerializer[Follow]):
    person = PersonOut(source="followed")

    class Meta:
        model = Follow
        fields = ["person", "since"]


class BlockedOut(serializers.ModelSerializer[Block]):
    person = PersonOut(source="blocked")

    class Meta:
        model = Block
        fields = ["person", "since"]


class PrivacyView(APIView):
    """The caller's privacy."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: PrivacyOut}, summary="Your privacy settings")
    def get(self, request: Request) -> Response:
        return Response(PrivacyOut(settings_of(_caller(request))).data)

    @extend_schema(request=PrivacyIn, responses={200: PrivacyOut}, summary="Change your privacy settings")
    def patch(self, request: Request) -> Response:
        wanted = PrivacyIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        settings = services.update_privacy(person=_caller(request), **wanted.validated_data)
        return Response(PrivacyOut(settings).data)


@extend_schema_view(get=extend_schema(summary="Whom you follow"))
class MyFollowing(generics.ListAPIView[Follow]):
    permission_classes = [IsAuthenticated]
    serializer_class: type[serializers.BaseSerializer[Any]] = FollowedOut
    pagination_class = NewestFirst
    queryset = Follow.objects.none()  # for the schema

    def get_queryset(self) -> QuerySet[Follow]:
        caller = _caller(self.request)
        return follows.followed_by(caller, viewer=caller)


@extend_schema_view(get=extend_schema(summary="Who follows you"))
class MyFollowers(MyFollowing):
    serializer_class = FollowerOut

    def get_queryset(self) -> QuerySet[Follow]:
        caller = _caller(self.request)
        return follows.followers_of(caller, viewer=caller)


@extend_schema_view(get=extend_schema(summary="Whom somebody follows"))
class TheirFollowing(generics.ListAPIView[Follow]):
    """404 where the person, or their activity, is not shown to the caller."""

    permission_classes = [IsAuthenticated]
    serializer_class: type[serializers.BaseSerializer[Any]] = FollowedOut
    pagination_class = NewestFirst
    queryset = Follow.objects.none()  # for the schema

    def get_queryset(self) -> QuerySet[Follow]:
        return follows.followed_by(self.person(), viewer=_caller(self.request))

    def person(self) -> User:
        """Whose list it is. Raises PersonNotFound."""
        caller = _caller(self.request)
        person = follows.person_named(self.kwargs["handle"], viewer=caller)
        follows.require_activity_shown(person, viewer=caller)
        return person


@extend_schema_view(get=extend_schema(summary="Who follows somebody"))
class TheirFollowers(TheirFollowing):
    serializer_class = FollowerOut

    def get_queryset(self) -> QuerySet[Follow]:
        return follows.followers_of(self.person(), viewer=_caller(self.request))


class FollowView(APIView):
    """The caller's following of one person."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={200: FollowedOut}, summary="Follow somebody")
    def put(self, request: Request, handle: str) -> Response:
        """Twice is as once: the first date stays."""
        caller = _caller(request)
        followed = follows.person_named(handle, viewer=caller)
        follow = services.follow(follower=caller, followed=followed, now=clock.now())
        return Response(FollowedOut(follow).data)

    @extend_schema(request=None, responses={204: None}, summary="Follow somebody no more")
    def delete(self, request: Request, handle: str) -> Response:
        """Answered the same whether there was anything to end."""
        followed = User.objects.filter(handle=handle.lower()).first()
        if followed is not None:
            services.unfollow(follower=_caller(request), followed=followed)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(get=extend_schema(summary="Whom you blocked"))
class MyBlocks(generics.ListAPIView[Block]):
    permission_classes = [IsAuthenticated]
    serializer_class = BlockedOut
    pagination_class = NewestFirst
    queryset = Block.objects.none()  # for the schema

    def get_queryset(self) -> QuerySet[Block]:
        return follows.blocks_by(_caller(self.request))


class BlockView(APIView):
    """The caller's block of one person: neither sees the other."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={200: BlockedOut}, summary="Block somebody")
    def put(self, request: Request, handle: str) -> Response:
        """Also people who do not show their profile. Twice is as once."""
        blocked = User.objects.filter(handle=handle.lower(), is_active=True).first()
        if blocked is None:
            raise PersonNotFound
        block = services.block(blocker=_caller(request), blocked=blocked, now=clock.now())
        return Response(BlockedOut(block).data)

    @extend_schema(request=None, responses={204: None}, summary="Take a block back")
    def delete(self, request: Request, handle: str) -> Response:
        """Answered the same whether there was one."""
        blocked = User.objects.filter(handle=handle.lower()).first()
        if blocked is not None:
            services.unblock(blocker=_caller(request), blocked=blocked)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _caller(request: Request) -> User:
    return cast(User, request.user)
