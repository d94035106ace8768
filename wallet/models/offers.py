"""What is given on top of a recharge or taken off its price: offers, their codes, and each order that took one."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wallet.models.orders import Order

MOST_BASIS_POINTS = 9_000  # nobody gets nine tenths off by a slip of the keyboard, and never the whole price


class OfferQuerySet(models.QuerySet["Offer"]):
    def published(self) -> "OfferQuerySet":
        """Offers that are no drafts."""
        return self.filter(published_at__isnull=False)

    def running(self, now: datetime) -> "OfferQuerySet":
        """Published offers whose time it is at `now`."""
        return self.published().filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)


class Offer(models.Model):
    """One version of an offer: what it gives, to whom, when and how often.

    Once it is published its terms never change (trigger): another version under the same slug takes its place, and
    what was sold keeps its own. `uses_taken` and `coins_taken` count the orders that have it, under its lock.
    """

    class Kind(models.TextChoices):
        DISCOUNT = "discount", "Percent off the price"
        BONUS_PERCENT = "bonus_percent", "Bonus coins in percent"
        BONUS_COINS = "bonus_coins", "A fixed number of bonus coins"

    class Way(models.TextChoices):
        EVERYBODY = "everybody", "Everybody, while it runs"
        FIRST_RECHARGE = "first_recharge", "A person's first recharge"
        COUPON = "coupon", "Who has a code or earned it"

    class Artwork(models.TextChoices):
        LANTERNS = "lanterns", "Lanterns"
        CURTAIN = "curtain", "A curtain that opens"
        TICKET = "ticket", "A ticket"
        FIRST_STEP = "first-step", "The first step on stage"
        LAURELS = "laurels", "Laurels"

    slug = models.SlugField(max_length=60)  # of the campaign page; the same in every version
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    summary = models.CharField(max_length=200)
    terms = models.TextField(blank=True)  # the operator's own, below what we say of every offer
    artwork = models.CharField(max_length=12, choices=Artwork, default=Artwork.LANTERNS)
    kind = models.CharField(max_length=14, choices=Kind)
    way = models.CharField(max_length=14, choices=Way, default=Way.EVERYBODY)
    basis_points = models.PositiveIntegerField(default=0)  # of the price or of the coins
    bonus_coins = models.PositiveIntegerField(default=0)  # when their number is fixed
    storefronts = models.JSONField(blank=True, default=list)  # codes; empty: all
    packages = models.JSONField(blank=True, default=list)  # codes; empty: all, and exact amounts
    min_coins = models.PositiveIntegerField(default=0)  # of the recharge, before any bonus
    per_user_limit = models.PositiveIntegerField(null=True, blank=True)  # orders; null: none
    total_limit = models.PositiveIntegerField(null=True, blank=True)
    budget_coins = models.BigIntegerField(null=True, blank=True)  # the most bonus coins it may give in all
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    is_mailed = models.BooleanField(default=False)  # tell those who asked for mails about offers
    mailed_up_to = models.BigIntegerField(default=0)  # the person it was last told to, by their id
    mailed_at = models.DateTimeField(null=True, blank=True)  # when everybody was told
    published_at = models.DateTimeField(null=True, blank=True)  # null: a draft
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    uses_taken = models.PositiveIntegerField(default=0)
    coins_taken = models.BigIntegerField(default=0)

    objects: ClassVar[OfferQuerySet] = OfferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="wallet_offer_version_once"),
            models.CheckConstraint(
                condition=(
                    Q(kind="discount", basis_points__gt=0, bonus_coins=0, budget_coins=None)
                    & ~Q(way="first_recharge")
                )
                | Q(kind="bonus_percent", basis_points__gt=0, bonus_coins=0)
                | Q(kind="bonus_coins", basis_points=0, bonus_coins__gt=0),
                name="wallet_offer_kind_has_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(kind="bonus_percent") | Q(basis_points__lte=MOST_BASIS_POINTS),
                name="wallet_offer_discount_leaves_a_price",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="wallet_offer_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(total_limit=None) | Q(uses_taken__lte=F("total_limit")),
                name="wallet_offer_within_limit",
            ),
            models.CheckConstraint(
                condition=Q(budget_coins=None) | Q(coins_taken__lte=F("budget_coins")),
                name="wallet_offer_within_budget",
            ),
            models.CheckConstraint(condition=Q(coins_taken__gte=0), name="wallet_offer_coins_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"

    def state(self, now: datetime) -> str:
        """How it stands: draft, upcoming, running, used_up or ended."""
        if self.published_at is None:
            return "draft"
        if self.starts_at > now:
            return "upcoming"
        if self.ends_at is not None and self.ends_at <= now:
            return "ended"
        return "used_up" if self.is_used_up else "running"

    @property
    def is_used_up(self) -> bool:
        """Whether nobody can get it any more: all uses are taken, or every coin it may give."""
        no_use = self.total_limit is not None and self.uses_taken >= self.total_limit
        return no_use or (self.budget_coins is not None and self.coins_taken >= self.budget_coins)


class Coupon(models.Model):
    """A right to an offer: a code that is typed, or a reward that belongs to one person and is used by itself.

    The code itself is not kept, only its keyed hash. `hint` is the whole word of a public code ("SPRING") and the
    last letters of a secret one.
    """

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="coupons")
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=40)
    batch = models.CharField(max_length=60, blank=True)  # the operator's name for codes made together
    total_limit = models.PositiveIntegerField(
        null=True, blank=True
    )  # 1: for one order; null: the offer's alone
    per_user_limit = models.PositiveIntegerField(default=1)
    for_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="coupons"
    )  # only theirs, and used without typing it
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    uses_taken = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_limit=None) | Q(uses_taken__lte=F("total_limit")),
                name="wallet_coupon_within_limit",
            )
        ]

    def __str__(self) -> str:
        return self.hint


class OfferUse(models.Model):
    """An order that holds an offer, got it, or let it go. What it gives was settled when the order was made."""

    class State(models.TextChoices):
        RESERVED = "reserved", "Waits for the payment"
        GRANTED = "granted", "Granted"
        RELEASED = "released", "Given back: the order ended unpaid"
        LOST = "lost", "Not granted: another recharge was the first"

    order = models.OneToOneField(Order, models.PROTECT, primary_key=True, related_name="offer_use")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="offer_uses")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="uses")
    coupon = models.ForeignKey(Coupon, models.PROTECT, null=True, blank=True, related_name="uses")
    discount_minor = models.PositiveIntegerField()  # in the order's currency, off the price as it is listed
    bonus_coins = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.RESERVED)
    reserved_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "offer", "state"], name="wallet_offeruse_of_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["reserved", "granted", "released", "lost"]),
                name="wallet_offeruse_state",
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gt=0, bonus_coins=0) | Q(discount_minor=0, bonus_coins__gt=0),
                name="wallet_offeruse_gives_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="reserved", settled_at=None)
                | (~Q(state="reserved") & Q(settled_at__isnull=False)),
                name="wallet_offeruse_settled_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} by order {self.order_id}: {self.state}"


class FirstRecharge(models.Model):
    """A person has had the bonus of a first recharge: once, whatever they order at the same time."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="first_recharge"
    )
    order = models.OneToOneField(Order, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} by order {self.order_id}"


class FirstRechargeMark(models.Model):
    """By what else a person who had that bonus is known, as keyed hashes: another account of theirs gets none.

    They outlive a closed account by two years (`kept_until`), or closing and opening one would bring the bonus again.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", "Confirmed address"
        PHONE = "phone", "Confirmed number"
        CARD = "card", "Card"

    digest = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=5, choices=Kind)
    first = models.ForeignKey(FirstRecharge, models.PROTECT, related_name="marks")
    kept_until = models.DateTimeField(null=True, blank=True)  # null: as long as the account is open

    def __str__(self) -> str:
        return f"{self.kind} of {self.first_id}"
