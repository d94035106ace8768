"""People over REST: one's own profile, picture and handle, and everybody's public page."""

from typing import Any, cast

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import hooks, pictures, services, share_cards
from accounts.handles import HANDLE_MAX_LENGTH
from accounts.models import User
from accounts.pictures import Crop
from accounts.search import QUERY_MAX_LENGTH, found_creators
from accounts.selectors import person_shown
from ground import clock

PEOPLE_FOUND = 20


class PersonOut(serializers.ModelSerializer[User]):
    """A person beside something of theirs."""

    name = serializers.CharField(read_only=True)
    avatar = serializers.CharField(
        source="face_address", read_only=True, help_text="The address of a small picture, on this site."
    )

    class Meta:
        model = User
        fields = ["id", "handle", "name", "avatar"]


class ProfileOut(PersonOut):
    """What a person's public page shows."""

    is_creator = serializers.BooleanField(read_only=True)
    avatar_sizes = serializers.SerializerMethodField(
        help_text="The uploaded picture by its edge in pixels; empty while there is only the drawn one."
    )
    page = serializers.SerializerMethodField(help_text="The public page.")
    card = serializers.SerializerMethodField(help_text="The picture for links, 1200 × 630.")
    room_page = serializers.SerializerMethodField(help_text="The room that is live now.")

    class Meta(PersonOut.Meta):
        fields = [
            *PersonOut.Meta.fields, "bio", "is_creator", "joined_at", "avatar_sizes", "page", "card", "room_page",
        ]  # fmt: skip

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_avatar_sizes(self, person: User) -> dict[str, str]:
        return {str(edge): person.avatar_address(edge) for edge in pictures.EDGES_PX} if person.avatar else {}

    def get_page(self, person: User) -> str:
        return settings.SITE_URL + reverse("accounts:profile", args=[person.handle])

    def get_card(self, person: User) -> str:
        address = reverse("accounts:profile-card", args=[person.handle])
        return f"{settings.SITE_URL}{address}?v={share_cards.version_of(person)}"

    @extend_schema_field({"type": ["string", "null"]})
    def get_room_page(self, person: User) -> str | None:
        address = next((address for address in hooks.live_room_url.call_all(person) if address), None)
        return None if address is None else settings.SITE_URL + address


class AvatarIn(serializers.Serializer[User]):
    """A picture and which square of it is shown; without the three numbers the largest one in the middle."""

    picture = serializers.FileField(help_text="JPEG, PNG or WebP, at most 5 MB and 40 megapixels.")
    zoom = serializers.IntegerField(min_value=100, max_value=pictures.MOST_ZOOM, default=100)
    x = serializers.IntegerField(min_value=0, max_value=100, default=50, help_text="Percent from the left.")
    y = serializers.IntegerField(min_value=0, max_value=100, default=50, help_text="Percent from the top.")


class HandleIn(serializers.Serializer[User]):
    """The handle that the person wants."""

    handle = serializers.CharField(max_length=HANDLE_MAX_LENGTH + 1)


class HandleOut(serializers.Serializer[User]):
    """The handle, and when it may change again."""

    handle = serializers.CharField()
    next_change_at = serializers.DateTimeField(allow_null=True)


class AvatarView(APIView):
    """The caller's picture."""

    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": AvatarIn}, responses={200: ProfileOut})
    def put(self, request: Request) -> Response:
        """Upload a picture: it is turned upright, cut square and drawn anew without place, date or camera."""
        sent = AvatarIn(data=request.data)
        sent.is_valid(raise_exception=True)
        facts: dict[str, Any] = sent.validated_data
        content: bytes = facts.pop("picture").read(pictures.MOST_BYTES + 1)
        user = services.set_avatar(user=_caller(request), content=content, crop=Crop(**facts))
        return Response(ProfileOut(user).data)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Go back to the drawn portrait; a second time changes nothing."""
        services.remove_avatar(user=_caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class HandleView(APIView):
    """The caller's handle."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: HandleOut})
    def get(self, request: Request) -> Response:
        """Read it, and when it may change again."""
        return Response(_handle_facts(_caller(request)))

    @extend_schema(request=HandleIn, responses={200: HandleOut})
    def put(self, request: Request) -> Response:
        """Take another handle, once in 30 days; so long the old one leads to the new one and nobody else takes it."""
        wanted = HandleIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        user = services.change_handle(
            user=_caller(request), now=clock.now(), request=request._request, **wanted.validated_data
        )
        return Response(_handle_facts(user))


class PeopleWanted(serializers.Serializer[User]):
    """Who is looked for."""

    q = serializers.CharField(
        max_length=QUERY_MAX_LENGTH, help_text="A piece of a handle or name; nearly right is enough."
    )


class PeopleView(APIView):
    """Creators, by name."""

    permission_classes = [AllowAny]

    @extend_schema(parameters=[PeopleWanted], responses={200: PersonOut(many=True)})
    def get(self, request: Request) -> Response:
        """Find creators by a piece of their handle or name, the nearest first; at most 20."""
        wanted = PeopleWanted(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        viewer = cast("User", request.user)
        found = found_creators(wanted.validated_data["q"], viewer=viewer, limit=PEOPLE_FOUND)
        return Response(PersonOut(found, many=True).data)


class PersonView(APIView):
    """Anybody's public page."""

    permission_classes = [AllowAny]

    @extend_schema(
        responses={
            200: ProfileOut,
            307: OpenApiResponse(description="The person has another handle now."),
        }
    )
    def get(self, request: Request, handle: str) -> Response:
        """Read it; under a handle that the person gave up lately, the way to it."""
        person, is_former = person_shown(handle, viewer=cast("User", request.user), now=clock.now())
        if is_former:
            address = reverse("person", args=[person.handle])
            return Response(status=status.HTTP_307_TEMPORARY_REDIRECT, headers={"Location": address})
        return Response(ProfileOut(person).data)


def _handle_facts(user: User) -> dict[str, Any]:
    return dict(HandleOut({"handle": user.handle, "next_change_at": services.next_handle_change(user)}).data)


def _caller(request: Request) -> User:
    return cast(User, request.user)
