"""The catalogue, its prices, and every gift that was sent."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from gifts.budget_models import BudgetChange as BudgetChange
from gifts.budget_models import BudgetTold as BudgetTold
from ledger.models import Limit

if TYPE_CHECKING:
    from accounts.models import User

MOST_COINS = 34_999  # of one gift (product.md, C1)
MOST_AT_ONCE = 999


class Gift(models.Model):
    """Something a fan can send. Its price lives in `GiftPrice`: prices change, and what was sent keeps its own."""

    class Category(models.TextChoices):
        EVERYDAY = "everyday", "Everyday"
        ON_STAGE = "on_stage", "On stage"
        GRAND = "grand", "Grand"
        WHOLE_HOUSE = "whole_house", "Whole house"

    slug = models.SlugField(max_length=40, unique=True)  # names the drawing too: art/gifts/<slug>.svg
    name = models.CharField(max_length=40)
    category = models.CharField(max_length=12, choices=Category, default=Category.EVERYDAY)
    price_class = models.PositiveSmallIntegerField(default=1)  # 1…5: how much stage light it gets
    animation = models.CharField(max_length=24)  # a name static/js/gift-stage.js knows
    alt = models.CharField(max_length=160, blank=True)  # the drawing in words
    position = models.PositiveSmallIntegerField(default=0)  # among gifts of one price
    available_from = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(price_class__gte=1, price_class__lte=5), name="gifts_gift_price_class_in_range"
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("available_from")),
                name="gifts_gift_retired_after_available",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def art(self) -> str:
        """Static path of the drawing."""
        return f"art/gifts/{self.slug}.svg"


class GiftPriceQuerySet(models.QuerySet["GiftPrice"]):
    def in_force(self, now: datetime) -> "GiftPriceQuerySet":
        """The one price of each gift that has one at `now`."""
        return self.filter(starts_at__lte=now).order_by("gift_id", "-starts_at").distinct("gift_id")


class GiftPrice(models.Model):
    """What a gift costs from a moment on. Rows are added, never changed."""

    gift = models.ForeignKey(Gift, models.PROTECT, related_name="prices")
    coins = models.PositiveIntegerField()  # for one
    starts_at = models.DateTimeField()

    objects = GiftPriceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gift", "starts_at"], name="gifts_giftprice_one_start"),
            models.CheckConstraint(
                condition=Q(coins__gte=1, coins__lte=MOST_COINS), name="gifts_giftprice_coins_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gift_id}: {self.coins} coins from {self.starts_at:%Y-%m-%d}"


class SentGift(models.Model):
    """One settled gift: who, to whom, in which room, for how much. Written by gifts_send alone; rows never change.

    No database constraint on what others write to at the same time: a foreign key would lock the hot creator's and
    room's rows at COMMIT. `gifts.checks` proves them, and each row against its operation in the books.
    """

    id = models.BigIntegerField(primary_key=True)  # of its operation in the books
    room = models.ForeignKey(
        "live.Room", models.PROTECT, related_name="gifts", db_constraint=False, db_index=False
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="gifts_sent",
        db_constraint=False,
        db_index=False,
    )
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="gifts_received",
        db_constraint=False,
        db_index=False,
    )
    gift = models.ForeignKey(Gift, models.PROTECT, related_name="sent", db_constraint=False, db_index=False)
    quantity = models.PositiveSmallIntegerField()
    coins = models.BigIntegerField()  # for all of them, as shown and as charged
    diamond_units = models.BigIntegerField()  # hundredths of a diamond, the creator's part
    rate_version = models.ForeignKey(
        "wallet.RateVersion", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    matures_on = models.DateField()  # UTC; frozen here, never moves
    at = models.DateTimeField()  # business time
    # Only the sender (and operators) see who gave it; frozen here. `sender_shown_to` is the way to the name.
    is_anonymous = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_AT_ONCE),
                name="gifts_sentgift_quantity_in_range",
            ),
            models.CheckConstraint(
                condition=Q(coins__gte=1, diamond_units__gte=1), name="gifts_sentgift_amounts_positive"
            ),
            models.CheckConstraint(condition=~Q(sender=F("creator")), name="gifts_sentgift_not_to_oneself"),
        ]
        indexes = [
            models.Index(fields=["sender", "id"], name="gifts_sentgift_by_sender"),
            models.Index(fields=["creator", "id"], name="gifts_sentgift_by_creator"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.gift_id} for {self.coins} coins"

    def sender_shown_to(self, reader_id: int | None) -> "User | None":
        """The sender; None where the gift is anonymous and the reader did not send it."""
        return None if self.is_anonymous and self.sender_id != reader_id else self.sender


class GiftLimit(models.Model):
    """The most coins that a fan lets one gift cost, all of its quantity together."""

    fan = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="gift_limit")
    coins = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(coins__gte=0), name="gifts_giftlimit_coins_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.coins} coins for one gift"


class CreatorBudget(models.Model):
    """How much a fan allows for one creator a day, week or month. Written by the functions of budgets.sql alone."""

    fan = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="creator_budgets", db_index=False
    )
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    period = models.TextField(choices=Limit.Period)
    coins = models.BigIntegerField()
    zone = models.TextField()  # IANA name; the next period is of its calendar
    starts_at = models.DateTimeField()  # of the period last begun
    ends_at = models.DateTimeField()
    spent = models.BigIntegerField()  # coins given to the creator in it; a refunded gift gives nothing back

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fan", "creator", "period"], name="gifts_creatorbudget_one_a_period"
            ),
            models.CheckConstraint(
                condition=Q(coins__gte=0, spent__gte=0), name="gifts_creatorbudget_coins_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(period__in=["day", "week", "month"]), name="gifts_creatorbudget_period_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coins} coins a {self.period} for creator {self.creator_id}"
