"""What the room endpoints take and answer."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.people import PersonOut as PersonOut
from accounts.search import QUERY_MAX_LENGTH
from live import tickets
from live.models import TEXT_MAX_LENGTH, TITLE_MAX_LENGTH, Room
from live.services import MOST_LIKES_AT_ONCE, Said


class StartRoomIn(serializers.Serializer[Room]):
    title = serializers.CharField(max_length=TITLE_MAX_LENGTH)
    category = serializers.ChoiceField(choices=Room.Category.choices, default=Room.Category.TALK)
    playback = serializers.ChoiceField(choices=Room.Playback.choices, default=Room.Playback.PLACEHOLDER)
    playback_address = serializers.CharField(max_length=500, allow_blank=True, default="")


class RoomsWanted(serializers.Serializer[Room]):
    """Which rooms a list shows."""

    q = serializers.CharField(
        max_length=QUERY_MAX_LENGTH, required=False, default="", allow_blank=True,
        help_text="Words of the title, or a piece of the creator's handle or name; nearly right is enough.",
    )  # fmt: skip
    category = serializers.ChoiceField(
        choices=Room.Category.choices, required=False, default="", allow_blank=True
    )


class RoomOut(serializers.ModelSerializer[Room]):
    creator = PersonOut(read_only=True)
    likes = serializers.IntegerField(source="like_count", read_only=True)
    watching = serializers.IntegerField(
        read_only=True, help_text="How many screens listen now; in lists only, a few seconds old."
    )
    page = serializers.HyperlinkedIdentityField("live:room", lookup_url_kwarg="room_id", read_only=True)

    class Meta:
        model = Room
        fields = [
            "id", "creator", "title", "category", "status", "playback", "playback_address", "started_at", "ended_at",
            "likes", "watching", "page",
        ]  # fmt: skip


class RoomWithEventsOut(RoomOut):
    """A room with where to listen: `events_url` opens the stream right after event `last_event`."""

    last_event = serializers.SerializerMethodField()
    events_url = serializers.SerializerMethodField()

    class Meta(RoomOut.Meta):
        fields = [*RoomOut.Meta.fields, "last_event", "events_url"]

    @extend_schema_field(int)
    def get_last_event(self, room: Room) -> int:
        return int(self.context["last_event"])

    @extend_schema_field(str)
    def get_events_url(self, room: Room) -> str:
        return tickets.events_url(room, after=self.context["last_event"], viewer=self.context["request"].user)


class MessageIn(serializers.Serializer[Said]):
    text = serializers.CharField(max_length=10 * TEXT_MAX_LENGTH, allow_blank=True, trim_whitespace=False)


class MessageOut(serializers.Serializer[Said]):
    id = serializers.IntegerField()
    text = serializers.CharField()
    at = serializers.DateTimeField()


class LikesIn(serializers.Serializer[int]):
    count = serializers.IntegerField(
        default=1, help_text=f"Taps since the last request, 1 to {MOST_LIKES_AT_ONCE}."
    )


class LikesOut(serializers.Serializer[int]):
    total = serializers.IntegerField(help_text="The room's likes, these included.")
