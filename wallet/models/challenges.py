"""Challenges: something to do within a time, for a badge and a bonus on the next recharge."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wallet.models.offers import Coupon, Offer


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    def published(self) -> "ChallengeQuerySet":
        """Challenges that are no drafts."""
        return self.filter(published_at__isnull=False)

    def running(self, now: datetime) -> "ChallengeQuerySet":
        """Published challenges whose time it is at `now`."""
        return self.published().filter(starts_at__lte=now, ends_at__gt=now)


class Challenge(models.Model):
    """So many gifts (or coins in gifts) between two moments. Once published its terms never change (trigger)."""

    class Counts(models.TextChoices):
        GIFTS = "gifts", "Gifts sent"
        COINS = "coins", "Coins given"
        CREATORS = "creators", "Different creators given to"

    class Badge(models.TextChoices):
        BOUQUET = "bouquet", "Bouquet"
        SPOTLIGHT = "spotlight", "Spotlight"
        LAUREL = "laurel", "Laurel"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    summary = models.CharField(max_length=200)
    terms = models.TextField(blank=True)
    counts = models.CharField(max_length=8, choices=Counts, default=Counts.GIFTS)
    goal = models.PositiveIntegerField()
    badge = models.CharField(max_length=12, choices=Badge, default=Badge.BOUQUET)
    badge_name = models.CharField(max_length=40)
    reward = models.ForeignKey(
        Offer, models.PROTECT, null=True, blank=True, related_name="challenges"
    )  # an offer by coupon; null: the badge alone
    reward_days = models.PositiveSmallIntegerField(default=30)  # how long the reward can be used
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    # Gifts up to this number were looked at twice; see services/challenges.py.
    seen_up_to = models.BigIntegerField(default=0)
    seen_next = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)  # ended, and everybody who reached it was found

    objects: ClassVar[ChallengeQuerySet] = ChallengeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(goal__gt=0), name="wallet_challenge_goal_positive"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="wallet_challenge_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def state(self, now: datetime) -> str:
        """How it stands: draft, upcoming, running or ended."""
        if self.published_at is None:
            return "draft"
        if self.starts_at > now:
            return "upcoming"
        return "running" if self.ends_at > now else "ended"


class ChallengeAward(models.Model):
    """A person reached a challenge's goal, once: the badge, and the bonus for their next recharge."""

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="awards")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="challenge_awards")
    coupon = models.OneToOneField(Coupon, models.PROTECT, null=True, blank=True, related_name="award")
    reached = models.BigIntegerField()  # what was counted when it was awarded
    at = models.DateTimeField()
    is_shown = models.BooleanField(default=True)  # on the person's page

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "user"], name="wallet_challengeaward_once")
        ]

    def __str__(self) -> str:
        return f"{self.challenge_id} by {self.user_id}"
