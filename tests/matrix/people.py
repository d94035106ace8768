"""Who asks: one person of each role, and Zoe, whom none of them is and whose things are the others' objects."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.models import Group

from accounts import services
from accounts.models import User
from accounts.services.people import create_person
from backoffice import defaults as roles
from ground import clock
from tests.fixtures.accounts import PASSWORD, new_totp_secret, token_of

SIGNED_IN = ("fan", "other fan", "creator", "support", "finance", "auditor", "superuser")
ROLES = ("anonymous", *SIGNED_IN)
HANDLES = {
    "fan": "alice",
    "other fan": "carol",
    "creator": "bobby",
    "support": "susan",
    "finance": "fiona",
    "auditor": "arthur",
    "superuser": "simon",
}
GROUPS = {"support": roles.SUPPORT, "finance": roles.FINANCE, "auditor": roles.AUDITOR}


@dataclass
class Cast:
    """`people` by role; `zoe`, who blocked the other fan; `erin`, on whose stage things happen.

    `tokens` by role are of sessions whose second factor is fresh, `stale` of sessions signed in by password alone.
    """

    people: dict[str, User]
    zoe: User
    erin: User
    tokens: dict[str, str] = field(default_factory=dict)
    stale: dict[str, str] = field(default_factory=dict)


def make_cast() -> Cast:
    """Everybody, signed in. Joins the caller's transaction."""
    people = {role: _person(role, handle) for role, handle in HANDLES.items()}
    made = Cast(people, zoe=_person("creator", "zoe.other"), erin=_person("creator", "erin.stage"))
    services.block(blocker=made.zoe, blocked=people["other fan"], now=clock.now())
    for role, person in people.items():
        made.tokens[role] = token_of(person, second_factor_age_s=0)
        made.stale[role] = token_of(User.objects.get(pk=person.pk))
    return made


def _person(role: str, handle: str) -> User:
    made = create_person(
        handle=handle,
        email=f"{handle}@example.com",
        password=PASSWORD,
        country="DE",
        birth_date=date(1990, 5, 17),
        display_name=handle.capitalize(),
        totp_secret=new_totp_secret(),
        creator=role == "creator",
        staff=role in GROUPS or role == "superuser",
        superuser=role == "superuser",
        now=clock.now(),
    )
    if role in GROUPS:
        made.groups.add(Group.objects.get(name=GROUPS[role]))
    return made
