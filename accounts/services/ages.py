"""Birthdays and new rules: whom a guardian's limits leave, and who may not spend yet."""

from datetime import date, datetime

from django.db.models import QuerySet

from accounts.models import AgeRule, Guardianship, SpendingFreeze, User
from accounts.services.age import age_on, may_with_guardian, rule_for, rules
from accounts.services.freezes import freeze_spending, thaw_spending
from accounts.services.guardians import end_guardianship
from ledger.retry import in_transaction

BY_AGE = (SpendingFreeze.Reason.GUARDIAN.value, SpendingFreeze.Reason.AGE.value)


def due_freeze(rule: AgeRule, birth_date: date | None, today: date, guardian: str | None) -> str | None:
    """The reason for which somebody's spending is to be frozen by age; `guardian` is their guardianship's state."""
    if birth_date is None:
        return None  # an operator or a program: what they may do asks for the date itself
    if may_with_guardian(rule, birth_date, today):
        if guardian == Guardianship.State.ACTIVE:
            return None
        is_too_young = age_on(birth_date, today) < rule.gift_age
        return BY_AGE[0] if guardian == Guardianship.State.REVOKED or is_too_young else None
    return BY_AGE[1] if age_on(birth_date, today) < rule.gift_age else None


def settle_age(*, user: User, now: datetime) -> None:
    """SpendingFreeze or thaw `user` as age, country and guardian ask on the business date of `now`. Twice is once.

    Whoever changes a birth date or a country calls this. Joins the caller's transaction.
    """
    rule = rule_for(user.country)
    today = now.date()
    if user.birth_date is not None and age_on(user.birth_date, today) >= rule.independent_age:
        end_guardianship(user=user, now=now)
    state = Guardianship.objects.filter(minor=user).values_list("state", flat=True).first()
    due = due_freeze(rule, user.birth_date, today, state)
    standing = set(SpendingFreeze.objects.filter(user=user, lifted_at=None).values_list("reason", flat=True))
    if due is not None and due not in standing:
        freeze_spending(user=user, reason=due, now=now)
    for reason in BY_AGE:
        if reason != due and reason in standing:
            thaw_spending(user=user, reason=reason, now=now)


def keep_ages(*, now: datetime) -> int:
    """Bring everybody up to date whose birthday or whose country's rule changed something; answer how many.

    Reads the young and those with something by age; writes only where it differs.
    """
    of_countries, today, changed = rules(), now.date(), 0
    oldest = max(max(rule.independent_age, rule.cash_out_age) for rule in of_countries.values())
    for person in _concerned(today.year - oldest - 1).iterator(chunk_size=1_000):
        rule = of_countries.get(person.country) or of_countries[""]
        if _differs(person, rule, today):
            in_transaction(lambda one=person: settle_age(user=one, now=now))  # type: ignore[misc]
            changed += 1
    return changed


def _concerned(born_since: int) -> "QuerySet[User]":
    young = date(born_since, 1, 1)
    held = SpendingFreeze.objects.filter(lifted_at=None, reason__in=BY_AGE).values("user_id")
    guarded = Guardianship.objects.exclude(state=Guardianship.State.ENDED).values("minor_id")
    people = User.objects.filter(is_active=True)
    found = people.filter(birth_date__gte=young) | people.filter(pk__in=held) | people.filter(pk__in=guarded)
    return found.prefetch_related("spending_freezes", "guardianship").order_by("pk")


def _differs(person: User, rule: AgeRule, today: date) -> bool:
    guardianship: Guardianship | None = getattr(person, "guardianship", None)
    state = guardianship.state if guardianship else None
    is_independent = (
        person.birth_date is not None and age_on(person.birth_date, today) >= rule.independent_age
    )
    if is_independent and state in (Guardianship.State.ACTIVE, Guardianship.State.REVOKED):
        return True
    due = due_freeze(rule, person.birth_date, today, state)
    standing = {freeze.reason for freeze in person.spending_freezes.all() if freeze.lifted_at is None} & set(
        BY_AGE
    )
    return standing != ({due} if due else set())
