"""The age gate: how old one must be for what, by the rule of one's country."""

from datetime import date, datetime

from accounts.errors import AgeRequired
from accounts.guardian_errors import GuardianRequired
from accounts.models import ADULT, AgeRule, Guardianship, User
from ground.errors import DomainError

# What counts until an operator writes rules: everywhere, and where the law is known to differ.
BUILT_IN = {"": ADULT, "KR": 19}
ASK_PATH = "/api/v1/me/guardian/asks/"
# At sign-up nothing hints at the right answer: who reads it should not know which date would have passed.
NEUTRAL = "We cannot open an account with these details."
NEUTRAL_NEXT = "If something changes, you are welcome to come back."


class InvalidRule(DomainError):
    """The ages of a rule do not fit together."""

    code = "invalid_age_rule"
    status = 400
    message = "These ages do not fit together."
    next_step = "Cash-out needs 18 or more; a guardian helps from 13 to 17, and below the other ages."


def built_in(country: str) -> AgeRule:
    """The rule of a country nobody has written one for."""
    age = BUILT_IN[country]
    return AgeRule(country=country, account_age=age, buy_age=age, gift_age=age, cash_out_age=max(age, ADULT))


def rule_for(country: str) -> AgeRule:
    """The rule in force in `country` (ISO alpha-2): its own, else the one for everywhere else. One query."""
    return _choose(country, {rule.country: rule for rule in AgeRule.objects.latest_of(country, "")})


def rules() -> dict[str, AgeRule]:
    """The rule in force of each country that has one of its own, and of "", everywhere else. One query."""
    written = {rule.country: rule for rule in AgeRule.objects.order_by("country", "-pk").distinct("country")}
    return {country: _choose(country, written) for country in written.keys() | BUILT_IN.keys()}


def minimum_age(country: str) -> int:
    """How old a person in `country` must be for an account of their own."""
    return rule_for(country).account_age


def age_on(birth_date: date, day: date) -> int:
    """Full years on `day`. Who was born on 29 February has the birthday on 1 March in other years."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def may_with_guardian(rule: AgeRule, birth_date: date | None, today: date) -> bool:
    """Whether a guardian's consent is what stands between a person and what they are too young for alone."""
    if rule.guardian_from is None or birth_date is None:
        return False
    return rule.guardian_from <= age_on(birth_date, today) < rule.independent_age


def require_age(*, birth_date: date | None, country: str, today: date) -> None:
    """Let through who may have an account in `country` on `today`: alone, or with a guardian's consent later.

    Raises:
        AgeRequired: younger, or the birth date is not known; `minimum_age` says how old one must be.
    """
    rule = rule_for(country)
    if may_with_guardian(rule, birth_date, today):
        return
    if birth_date is None or age_on(birth_date, today) < rule.account_age:
        least = rule.account_age if rule.guardian_from is None else min(rule.guardian_from, rule.account_age)
        raise AgeRequired(NEUTRAL, next_step=NEUTRAL_NEXT, minimum_age=least)


def creator_age(country: str) -> int:
    """How old a creator must be in `country`: old enough to receive gifts and to cash out, without a guardian."""
    rule = rule_for(country)
    return max(rule.gift_age, rule.cash_out_age)


def require_adult(*, user: User, today: date) -> None:
    """Let `user` through only if old enough to earn and cash out in their country on the business date `today`.

    Raises:
        AgeRequired: younger, or the birth date is not known.
    """
    _require(user, creator_age(user.country), today)


def require_may_buy(*, user: User, today: date, at_least: int | None = None) -> None:
    """Let `user` through only if old enough to buy coins in their country, or if their guardian consents.

    `at_least`: the seller's own minimum age, which no guardian lifts; the stricter of the two holds.

    Raises:
        GuardianRequired: a guardian's consent would do, and is not there or was taken back.
        AgeRequired: younger, or the birth date is not known.
    """
    rule = rule_for(user.country)
    if at_least is not None:
        _require(user, at_least, today)
    if user.birth_date is not None and age_on(user.birth_date, today) >= rule.buy_age:
        return
    if not may_with_guardian(rule, user.birth_date, today):
        _require(user, rule.buy_age, today)
    if not Guardianship.objects.filter(minor=user, state=Guardianship.State.ACTIVE).exists():
        raise GuardianRequired(ask={"method": "POST", "path": ASK_PATH})


def set_age_rule(
    *, operator: User, reason: str, now: datetime, country: str, **ages: int | bool | None
) -> AgeRule:
    """Write the rule of `country` ("" for everywhere else) that counts from now on, with who and why.

    `ages` are columns of AgeRule; `follows_default=True` takes the country's own rule away. Joins the
    caller's transaction (admin opens one). `keep_ages` then freezes whom it makes too young for gifts.

    Raises:
        InvalidRule: the ages do not fit together, or no reason was given; nothing was changed.
    """
    rule = AgeRule(country=country, made_at=now, made_by=operator, reason=reason.strip(), **ages)
    if not rule.reason or (rule.follows_default and not country):
        raise InvalidRule
    if rule.cash_out_age < ADULT or rule.cash_out_age > 30:
        raise InvalidRule
    if not all(13 <= age <= 30 for age in (rule.account_age, rule.buy_age, rule.gift_age)):
        raise InvalidRule
    if rule.guardian_from is not None and not 13 <= rule.guardian_from < min(ADULT, rule.independent_age):
        raise InvalidRule
    rule.save(force_insert=True)
    return rule


def _choose(country: str, written: dict[str, AgeRule]) -> AgeRule:
    own = written.get(country)
    if own is not None and not own.follows_default:
        return own
    if own is None and country in BUILT_IN:
        return built_in(country)
    return written.get("") or built_in("")


def _require(user: User, least: int, today: date) -> None:
    if user.birth_date is None or age_on(user.birth_date, today) < least:
        raise AgeRequired(f"You need to be {least} or older.", minimum_age=least)
