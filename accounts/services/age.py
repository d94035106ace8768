"""The age gate."""

from datetime import date

from django.conf import settings

from accounts.errors import AgeRequired
from accounts.models import User


def minimum_age(country: str) -> int:
    """How old a person in `country` (ISO alpha-2) must be: MINIMUM_AGE_BY_COUNTRY, else MINIMUM_AGE."""
    return int(settings.MINIMUM_AGE_BY_COUNTRY.get(country, settings.MINIMUM_AGE))


def age_on(birth_date: date, day: date) -> int:
    """Full years on `day`. Who was born on 29 February has the birthday on 1 March in other years."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def require_age(*, birth_date: date | None, country: str, today: date) -> None:
    """Let through only who is of age in `country` on `today`.

    Raises:
        AgeRequired: younger, or the birth date is not known; `minimum_age` says how old one must be.
    """
    least = minimum_age(country)
    if birth_date is None or age_on(birth_date, today) < least:
        raise AgeRequired(f"You need to be {least} or older.", minimum_age=least)


def require_adult(*, user: User, today: date) -> None:
    """Let `user` through only if of age in their country on the business date `today`.

    Raises:
        AgeRequired: see require_age.
    """
    require_age(birth_date=user.birth_date, country=user.country, today=today)
