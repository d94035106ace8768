"""Rooms and what is said in them, and walls."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value

from accounts.models import User, shown_to
from accounts.privacy import Viewer, id_of, parted_from

TITLE_MAX_LENGTH = 80
TEXT_MAX_LENGTH = 300
KEY_MAX_LENGTH = 64
COMMENT_MAX_GRAPHEMES = 500


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, viewer: Viewer) -> "RoomQuerySet":
        """The rooms whose creators show themselves to `viewer` (None: to anybody)."""
        return self.filter(shown_to(id_of(viewer), "creator_id"))


class Room(models.Model):
    """One live broadcast of one creator: it starts, it ends, and it is never reopened."""

    class Status(models.TextChoices):
        LIVE = "live", "Live"
        ENDED = "ended", "Ended"

    class Category(models.TextChoices):
        MUSIC = "music", "Music"
        TALK = "talk", "Talk"
        GAMES = "games", "Games"
        ART = "art", "Art and craft"
        FOOD = "food", "Food"
        FITNESS = "fitness", "Fitness"
        LEARNING = "learning", "Learning"
        TRAVEL = "travel", "Travel"

    class Playback(models.TextChoices):
        HLS = "hls", "A stream address (HLS)"
        EMBED = "embed", "A player of another site"
        PLACEHOLDER = "placeholder", "No picture yet: show the stage"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="rooms")
    title = models.CharField(max_length=TITLE_MAX_LENGTH)
    category = models.CharField(max_length=12, choices=Category, default=Category.TALK)
    cover_motif = models.CharField(max_length=24, blank=True)  # what the drawn cover shows (look/covers.py)
    playback = models.CharField(max_length=12, choices=Playback, default=Playback.PLACEHOLDER)
    playback_address = models.URLField(max_length=500, blank=True)  # empty exactly for the placeholder
    status = models.CharField(max_length=8, choices=Status, default=Status.LIVE)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RoomQuerySet.as_manager()

    watching = 0  # how many do now, where live/exploring.py has asked

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creator"], condition=Q(status="live"), name="live_room_one_live_per_creator"
            ),
            models.CheckConstraint(
                condition=Q(status="live", ended_at__isnull=True) | Q(status="ended", ended_at__isnull=False),
                name="live_room_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(playback="placeholder", playback_address="")
                | (~Q(playback="placeholder") & Q(playback_address__startswith="https://")),
                name="live_room_playback_has_https_address",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="live_room_title_not_empty"),
        ]
        indexes = [models.Index(fields=["status", "-started_at"], name="live_room_on_now")]

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        """The name of this room's event stream."""
        return room_stream(self.id)

    @property
    def is_live(self) -> bool:
        return self.status == Room.Status.LIVE

    @property
    def like_count(self) -> int:
        """The room's likes. A query, unless the room was read with `select_related("likes")`."""
        likes: RoomLikes | None = getattr(self, "likes", None)
        return 0 if likes is None else likes.total


class Message(models.Model):
    """One line of chat. Written by live_say alone, once per author and key."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="messages", db_constraint=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    key = models.CharField(
        max_length=KEY_MAX_LENGTH
    )  # the author's name for this message, so that it is said once
    text = models.CharField(max_length=TEXT_MAX_LENGTH)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="live_message_text_not_empty"),
            models.UniqueConstraint(fields=["author", "key"], name="live_message_once_per_key"),
        ]

    def __str__(self) -> str:
        return self.text


class RoomLikes(models.Model):
    """How often a room was liked. A row of its own: it changes all the time, and gifts lock the room's.

    Written by live_like alone, as is FanLikes.
    """

    room = models.OneToOneField(
        Room, models.PROTECT, primary_key=True, related_name="likes", db_constraint=False
    )
    total = models.BigIntegerField()
    told = models.BigIntegerField()  # what the newest room.liked said
    paced_until = models.DateTimeField()  # events so far, at four a second, would have taken until then

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(total__gt=0), name="live_roomlikes_total_positive")]

    def __str__(self) -> str:
        return str(self.total)


class FanLikes(models.Model):
    """How often one fan liked one room."""

    pk = models.CompositePrimaryKey("room_id", "fan_id")
    room = models.ForeignKey(Room, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    fan = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_constraint=False)
    count = models.BigIntegerField()
    last_key = (
        models.UUIDField()
    )  # of the newest request that was counted: run again, it is not counted again

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="live_fanlikes_count_positive")]

    def __str__(self) -> str:
        return str(self.count)


class CommentQuerySet(models.QuerySet["Comment"]):
    def shown_to(self, viewer: User | AnonymousUser) -> "CommentQuerySet":
        """With their authors, without those of people parted from `viewer`, and whether the viewer likes each."""
        likes = CommentLike.objects.filter(comment=OuterRef("pk"), person=viewer.pk)
        parted = parted_from(viewer)
        return (
            self.exclude(author__in=parted)
            .select_related("author")
            .annotate(is_liked=Exists(likes) if viewer.is_authenticated else Value(value=False))
        )

    def on_wall(self, creator: User, viewer: User | AnonymousUser) -> "CommentQuerySet":
        """What opens a thread on the creator's wall, with its replies in `shown_replies`.

        What was removed stands only where replies to it still do, without its words.
        """
        replies = Comment.objects.filter(removed_at=None)
        threads = self.filter(creator=creator, parent=None).shown_to(viewer)
        return threads.filter(
            Q(removed_at=None) | Exists(replies.filter(parent=OuterRef("pk")))
        ).prefetch_related(
            models.Prefetch("replies", replies.shown_to(viewer).order_by("pk"), to_attr="shown_replies")
        )


class Comment(models.Model):
    """What somebody wrote on a creator's wall, or below what another wrote there. One level of replies, no more."""

    class Remover(models.TextChoices):
        AUTHOR = "author", "Its author"
        CREATOR = "creator", "The creator whose page it is"
        STAFF = "staff", "An operator"

    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    key = models.CharField(max_length=KEY_MAX_LENGTH)  # the author's name for it, so that it is written once
    text = models.CharField(
        max_length=4 * COMMENT_MAX_GRAPHEMES, blank=True
    )  # empty once its author removed it
    at = models.DateTimeField()
    likes = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=8, choices=Remover, blank=True)
    removed_because = models.CharField(max_length=300, blank=True)  # an operator's reason

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="live_comment_once_per_key"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by="") & ~Q(text="")
                | Q(removed_at__isnull=False) & ~Q(removed_by=""),
                name="live_comment_says_something_or_is_removed",
            ),
        ]
        indexes = [
            models.Index(fields=["creator", "-id"], condition=Q(parent=None), name="live_comment_wall"),
            models.Index(fields=["author", "-id"], name="live_comment_by_author"),
        ]

    def __str__(self) -> str:
        return self.text or "(removed)"

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None


class CommentLike(models.Model):
    """One person's heart for one comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "person"], name="live_commentlike_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} likes {self.comment_id}"


def room_stream(room_id: uuid.UUID) -> str:
    """The name of a room's event stream."""
    return f"room:{room_id}"
