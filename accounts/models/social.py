"""Who follows whom, who wants nothing of whom, and what each person lets others see and do."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q


class Audience(models.TextChoices):
    """For whom a rule opens."""

    EVERYONE = "everyone", "Everyone"
    FOLLOWERS = "followers", "My followers"
    FOLLOWED = "followed", "People I follow"
    NOBODY = "nobody", "Nobody"


WATCHERS = (Audience.EVERYONE, Audience.FOLLOWERS, Audience.NOBODY)
WATCHER_CHOICES = [(audience.value, audience.label) for audience in WATCHERS]


class PrivacySettings(models.Model):
    """What a person lets others see and do. Without a row everything stands as the defaults here say.

    accounts/sql/privacy.sql decides by these columns for whole batches.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="privacy_settings"
    )
    profile_seen_by = models.CharField(max_length=10, choices=WATCHER_CHOICES, default=Audience.EVERYONE)
    comments_from = models.CharField(max_length=10, choices=WATCHER_CHOICES, default=Audience.EVERYONE)
    gifts_from = models.CharField(max_length=10, choices=Audience, default=Audience.EVERYONE)
    in_rankings = models.BooleanField(default=True)
    shows_activity = models.BooleanField(default=True)  # whom the person follows, and who follows
    gifts_anonymously = models.BooleanField(default=False)  # of gifts sent from now on; each keeps its own

    class Meta:
        verbose_name_plural = "privacy settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(profile_seen_by__in=WATCHERS, comments_from__in=WATCHERS),
                name="accounts_privacysettings_watchers_known",
            ),
            models.CheckConstraint(
                condition=Q(gifts_from__in=Audience.values), name="accounts_privacysettings_givers_known"
            ),
        ]
        indexes = [
            # Asked of every batch of gifts: it holds the few who gift unnamed, and nobody else.
            models.Index(
                fields=["user"], condition=Q(gifts_anonymously=True), name="accounts_privacy_anonymous"
            ),
        ]

    def __str__(self) -> str:
        return f"seen by {self.profile_seen_by}"


class Follow(models.Model):
    """One person wants to hear of another."""

    follower = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="following", db_index=False
    )
    followed = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="followers", db_index=False
    )
    since = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="accounts_follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="accounts_follow_not_oneself"),
        ]
        indexes = [
            models.Index(fields=["follower", "-id"], name="accounts_follow_by_follower"),
            models.Index(fields=["followed", "-id"], name="accounts_follow_by_followed"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.followed_id}"


class Block(models.Model):
    """One person parted from another: neither sees the other, wherever people are shown."""

    blocker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="blocks", db_index=False
    )
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="accounts_block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="accounts_block_not_oneself"),
        ]
        indexes = [models.Index(fields=["blocker", "-id"], name="accounts_block_by_blocker")]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocked {self.blocked_id}"


def shown_to(viewer_id: int | None, person: str = "pk") -> Q:
    """Rows whose `person` (a column that holds a user's id) lets the viewer see them; None is anybody.

    The queryset's counterpart of accounts_turned_away (accounts/sql/privacy.sql).
    """
    rules = PrivacySettings.objects.filter(user=OuterRef(person))
    for_everyone = ~Exists(rules.exclude(profile_seen_by=Audience.EVERYONE))
    if viewer_id is None:
        return Q(for_everyone)
    parted = Exists(
        Block.objects.filter(
            Q(blocker=OuterRef(person), blocked=viewer_id) | Q(blocker=viewer_id, blocked=OuterRef(person))
        )
    )
    for_follower = Exists(Follow.objects.filter(follower=viewer_id, followed=OuterRef(person))) & ~Exists(
        rules.filter(profile_seen_by=Audience.NOBODY)
    )
    return Q(**{person: viewer_id}) | (~Q(parted) & (Q(for_everyone) | Q(for_follower)))
