"""What the demo shows of consent: a country that allows guardians, two young people, and coin terms that come."""

from datetime import date, datetime, timedelta

from django.urls import reverse

from accounts import services
from accounts.client import Origin
from accounts.guardian_budget import Budget
from accounts.guardian_links import management_token
from accounts.models import LegalDocument, User
from accounts.services.guardians import Promise
from accounts.services.people import create_person
from demo.seed.cast import DOMAIN, Login

COUNTRY = "GB"
FROM = Origin("192.0.2.44", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605.1")
AFTER = timedelta(days=11)


def show_consent(operator: User, minor: Login, now: datetime) -> str:
    """This will make the rule, the minor whose guardian consented, one who waits, and the announcement.

    Returns where the guardian manages what they allow: a path of the site.
    """
    services.set_age_rule(
        operator=operator,
        reason="Young people may join with a guardian.",
        now=now,
        country=COUNTRY,
        guardian_from=13,
    )
    poppy, alfie = _young(minor, "Poppy Lane", now), _young(Login.of("alfie"), "Alfie", now)
    asked = services.ask_guardian(user=poppy, email=f"ruth.lane@{DOMAIN}", now=now, origin=FROM)
    guardianship = services.give_consent(
        ask=asked,
        promise=Promise("Ruth Lane", "parent", is_adult=True),
        budget=Budget(day=70, week=350, month=1_000, gift=50),
        now=now,
        origin=FROM,
    )
    services.ask_guardian(user=alfie, email=f"tom@{DOMAIN}", now=now, origin=FROM)
    _announce(operator, now)
    return f"{reverse('accounts:guardian')}#{management_token(guardianship)}"


def _young(login: Login, name: str, now: datetime) -> User:
    """Fifteen today, some months ago."""
    return create_person(
        email=login.email,
        handle=login.handle,
        password=login.password,
        totp_secret=login.totp_secret,
        country=COUNTRY,
        birth_date=date(now.year - 15, 1, 9),
        display_name=name,
        now=now,
    )


def _announce(operator: User, now: datetime) -> None:
    present = LegalDocument.objects.in_force(now).get(kind="coins")
    draft = services.draft_document(
        operator=operator,
        kind="coins",
        title=present.title,
        body=f"{present.body}\n\n## Bonus coins\n\nBonus coins are spent before coins that you paid for.",
        summary="We say in which order bonus coins and coins you paid for are spent: bonus coins first.",
        needs_acceptance=True,
    )
    starts_at = (now + AFTER).replace(hour=0, minute=0, second=0, microsecond=0)
    services.schedule_document(operator=operator, document_id=draft.pk, starts_at=starts_at, now=now)
