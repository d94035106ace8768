"""Making the demo's people, and the logins that the start prints."""

import base64
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from accounts.services import verify_phone
from accounts.services.people import create_person
from demo.seed.people import CREATORS, FANS

ADULT = date(1991, 6, 3)
MINOR = "poppy.lane"
DOMAIN = "demo.ovation.localhost"
FAN_PHONE = "+12025550123"  # of the numbers kept for fiction


@dataclass(frozen=True)
class Login:
    """What somebody types to sign in as a demo person."""

    handle: str
    email: str
    password: str
    totp_secret: str  # base32

    @classmethod
    def of(cls, handle: str) -> "Login":
        """A new one."""
        password = f"demo-{secrets.token_urlsafe(9)}"
        return cls(handle, f"{handle}@{DOMAIN}", password, _totp_secret())


@dataclass(frozen=True)
class Cast:
    """Everybody, with the logins of those whom a visitor may be."""

    fans: tuple[User, ...]  # the first one is the demo fan
    creators: tuple[User, ...]  # the first one is the demo creator
    operators: tuple[User, ...]
    logins: dict[str, Login]


def gather(now: datetime) -> Cast:
    """This will make everybody, joined at `now`. Only those with a login can sign in.

    The minor comes with show_consent: where there are no guardians yet, nobody of fifteen can join.
    """
    logins = {
        "fan": Login.of("fan"),
        "minor": Login.of(MINOR),
        "creator": Login.of(CREATORS[0].handle),
        "operator": Login.of("operator"),
        "operator2": Login.of("operator2"),
    }
    fans = [_with_login(logins["fan"], "Robin Ellery", now)]
    fans += [_without_login(fan.handle, fan.name, now) for fan in FANS]
    creators = [_with_login(logins["creator"], CREATORS[0].name, now, bio=CREATORS[0].bio, creator=True)]
    creators += [_without_login(c.handle, c.name, now, bio=c.bio, creator=True) for c in CREATORS[1:]]
    operators = [
        _with_login(logins["operator"], "Nadia Okonkwo", now, staff=True, superuser=True),
        _with_login(logins["operator2"], "Theo Marsh", now, staff=True, superuser=True),
    ]
    verify_phone(user=fans[0], number=FAN_PHONE, now=now)
    return Cast(tuple(fans), tuple(creators), tuple(operators), logins)


def _totp_secret() -> str:
    return base64.b32encode(secrets.token_bytes(20)).decode()


def _with_login(
    login: Login,
    name: str,
    now: datetime,
    *,
    bio: str = "",
    creator: bool = False,
    staff: bool = False,
    superuser: bool = False,
) -> User:
    return create_person(
        email=login.email,
        handle=login.handle,
        password=login.password,
        totp_secret=login.totp_secret,
        country="US",
        birth_date=ADULT,
        display_name=name,
        bio=bio,
        creator=creator,
        staff=staff,
        superuser=superuser,
        now=now,
    )


def _without_login(handle: str, name: str, now: datetime, *, bio: str = "", creator: bool = False) -> User:
    """A person with no password: nobody can be them."""
    return create_person(
        email=f"{handle}@{DOMAIN}",
        handle=handle,
        password=None,
        totp_secret=_totp_secret() if creator else None,
        country="US",
        birth_date=ADULT,
        display_name=name,
        bio=bio,
        creator=creator,
        now=now,
    )
