"""A young person asks somebody to be their guardian."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import guardian_links
from accounts.client import Origin
from accounts.guardian_errors import (
    GuardianExists,
    GuardianNotNeeded,
    GuardianRevoked,
    OwnAddress,
    TooManyAsks,
)
from accounts.guardian_mails import nudge_mails
from accounts.models import GuardianAsk, GuardianMail, Guardianship, User
from accounts.services.activity import record_security_event
from accounts.services.age import may_with_guardian, rule_for
from events import log
from ground import clock
from ledger.retry import in_transaction

LIFETIME = timedelta(days=7)
DAY = timedelta(days=1)
ASKS_A_DAY = 5  # of one young person
MAILS_A_DAY = 5  # to one address, whoever asks
OPEN_AT_ONCE = 3  # both parents, and one typing mistake


@dataclass(frozen=True)
class Standing:
    """How a young person stands with their guardian."""

    state: str  # "not_needed", "needed", "asked", "active", "revoked"
    guardianship: Guardianship | None
    open_asks: list[GuardianAsk]


def guardian_standing(user: User, now: datetime) -> Standing:
    """How `user` stands on the business date of `now`; at most three queries."""
    if not may_with_guardian(rule_for(user.country), user.birth_date, now.date()):
        return Standing("not_needed", None, [])
    guardianship = Guardianship.objects.filter(minor=user).first()
    if guardianship is not None and guardianship.state != Guardianship.State.ENDED:
        return Standing(guardianship.state, guardianship, [])
    asks = list(_open_asks(user, clock.wall()))
    return Standing("asked" if asks else "needed", None, asks)


def ask_guardian(
    *, user: User, email: str, now: datetime, origin: Origin, request: HttpRequest | None = None
) -> GuardianAsk:
    """Owe `email` a mail that asks for consent; asking the same address again makes its earlier link void.

    Opens its own transaction. `now` in business time decides about age; the link expires by wall time.

    Raises:
        GuardianNotNeeded: the person is of age, or no guardian helps in their country.
        OwnAddress: the address is the young person's own.
        GuardianExists: somebody consented already. GuardianRevoked: only who took it back may be asked.
        TooManyAsks: too many today, from this person or to this address.
    """
    address = email.strip().lower()

    def once() -> GuardianAsk:
        minor = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _require_askable(minor, address, now)
        ask = _make(minor, address, origin)
        record_security_event(user=minor, kind="guardian_asked", now=ask.asked_at, request=request)
        log.publish(f"user:{minor.pk}", "consent.guardian_asked", {"ask": ask.pk})
        return ask

    return in_transaction(once)


def plain_address(email: str) -> str:
    """An address without what many mail services ignore: what stands behind a plus, and Gmail's dots."""
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def _require_askable(minor: User, address: str, now: datetime) -> None:
    if not may_with_guardian(rule_for(minor.country), minor.birth_date, now.date()):
        raise GuardianNotNeeded
    own = {minor.email, *EmailAddress.objects.filter(user=minor).values_list("email", flat=True)}
    if plain_address(address) in {plain_address(one) for one in own if one}:
        raise OwnAddress
    guardianship = Guardianship.objects.filter(minor=minor).first()
    if guardianship is not None and guardianship.state == Guardianship.State.ACTIVE:
        raise GuardianExists
    if guardianship is not None and guardianship.state == Guardianship.State.REVOKED:
        raise GuardianRevoked
    _require_pace(minor, address)


def _require_pace(minor: User, address: str) -> None:
    since = clock.wall() - DAY
    theirs = GuardianAsk.objects.filter(minor=minor, asked_at__gt=since)
    received = GuardianAsk.objects.filter(guardian_email=address, asked_at__gt=since)
    for asks, most in ((theirs, ASKS_A_DAY), (received, MAILS_A_DAY)):
        times = list(asks.order_by("-asked_at").values_list("asked_at", flat=True)[:most])
        if len(times) == most:
            raise TooManyAsks(retry_after_s=int((times[-1] - since).total_seconds()) + 1)


def _make(minor: User, address: str, origin: Origin) -> GuardianAsk:
    wall = clock.wall()
    still_open = _open_asks(minor, wall)
    still_open.filter(guardian_email=address).update(closed_at=wall)
    kept = list(still_open.order_by("-asked_at").values_list("pk", flat=True)[: OPEN_AT_ONCE - 1])
    still_open.exclude(pk__in=kept).update(closed_at=wall)
    ask = GuardianAsk(
        minor=minor,
        guardian_email=address,
        nonce=uuid4(),
        asked_at=wall,
        expires_at=wall + LIFETIME,
        ip=origin.ip,
        user_agent=origin.user_agent,
    )
    ask.token_digest = guardian_links.digest(guardian_links.ask_token(ask))
    ask.save(force_insert=True)
    GuardianMail.objects.create(kind=GuardianMail.Kind.ASK, ask=ask, owed_at=wall)
    nudge_mails()
    return ask


def _open_asks(minor: User, wall: datetime) -> "QuerySet[GuardianAsk]":
    return GuardianAsk.objects.filter(minor=minor, closed_at=None, expires_at__gt=wall)
