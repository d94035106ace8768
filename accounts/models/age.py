"""How old people must be for what, by country; and why a person's spending is frozen."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.person import User

ADULT = 18
YOUNGEST_WITH_GUARDIAN = 13


class AgeRuleQuerySet(models.QuerySet["AgeRule"]):
    def latest_of(self, *countries: str) -> "AgeRuleQuerySet":
        """The newest rule of each of these countries; "" is everywhere else."""
        return self.filter(country__in=countries).order_by("country", "-pk").distinct("country")


class AgeRule(models.Model):
    """How old one must be in a country. The newest row counts; rows are only added, which a trigger sees to."""

    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2; empty: everywhere else
    follows_default = models.BooleanField(default=False)  # the country has no rule of its own any more
    account_age = models.PositiveSmallIntegerField(default=ADULT)
    buy_age = models.PositiveSmallIntegerField(default=ADULT)
    gift_age = models.PositiveSmallIntegerField(default=ADULT)  # to send gifts, and to receive them
    cash_out_age = models.PositiveSmallIntegerField(default=ADULT)
    guardian_from = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # empty: no guardian's consent helps
    made_at = models.DateTimeField()  # business time; in force from then on
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)

    objects = AgeRuleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cash_out_age__gte=ADULT), name="accounts_agerule_cash_out_is_for_adults"
            ),
            models.CheckConstraint(
                condition=Q(account_age__range=(13, 30), buy_age__range=(13, 30), gift_age__range=(13, 30))
                & Q(cash_out_age__lte=30),
                name="accounts_agerule_ages_in_range",
            ),
            models.CheckConstraint(
                condition=Q(guardian_from=None) | Q(guardian_from__range=(YOUNGEST_WITH_GUARDIAN, ADULT - 1)),
                name="accounts_agerule_guardian_from_13_to_17",
            ),
            models.CheckConstraint(
                condition=Q(follows_default=False) | ~Q(country=""), name="accounts_agerule_default_stands"
            ),
        ]
        indexes = [models.Index(fields=["country", "-id"], name="accounts_agerule_newest")]

    def __str__(self) -> str:
        return f"{self.country or 'Everywhere else'}: {self.account_age}"

    @property
    def independent_age(self) -> int:
        """From this age on nobody's consent is needed, for an account, for buying and for gifts."""
        return max(self.account_age, self.buy_age, self.gift_age)


class SpendingFreeze(models.Model):
    """One reason why a person's coins and diamonds are frozen. The books are frozen while any reason stands."""

    class Reason(models.TextChoices):
        GUARDIAN = "guardian", "A guardian has not consented"
        AGE = "age", "Too young for gifts"
        OTHER = "other", "Set before reasons were kept"

    user = models.ForeignKey(User, models.PROTECT, related_name="spending_freezes")
    reason = models.CharField(max_length=24)  # one of Reason, or a code of the floor above that set it
    at = models.DateTimeField()  # business time
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "reason"],
                condition=Q(lifted_at=None),
                name="accounts_spendingfreeze_once_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} of {self.user}"
