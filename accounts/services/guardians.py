"""A guardian consents, sets the budget, takes it back; and the day comes when none is needed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts import guardian_links
from accounts.client import Origin
from accounts.guardian_budget import NO_BUDGET, Budget, apply_budget, budget_of
from accounts.guardian_errors import (
    GuardianExists,
    GuardianLinkExpired,
    GuardianLinkUsed,
    GuardianNotNeeded,
    GuardianshipOver,
    NotAnAdult,
)
from accounts.guardian_mails import owe_guardian
from accounts.models import (
    ADULT,
    GuardianAsk,
    GuardianMail,
    GuardianRecord,
    Guardianship,
    SpendingFreeze,
    User,
)
from accounts.notices import tell_minor
from accounts.services.activity import record_security_event
from accounts.services.age import age_on, may_with_guardian, rule_for
from accounts.services.freezes import freeze_spending, thaw_spending
from events import log
from ground import clock
from ledger.retry import in_transaction

Kind = GuardianRecord.Kind
State = Guardianship.State


@dataclass(frozen=True)
class Promise:
    """What a guardian says of themselves."""

    name: str
    relation: str  # one of Guardianship.Relation
    is_adult: bool


def usable_ask(token: str) -> GuardianAsk:
    """The asking that `token` may still answer.

    Raises:
        GuardianLinkInvalid, GuardianLinkUsed, GuardianLinkExpired: it may not.
    """
    ask = guardian_links.ask_by(token)
    if ask.closed_at is not None:
        raise GuardianLinkUsed
    if ask.expires_at <= clock.wall():
        raise GuardianLinkExpired
    return ask


def give_consent(
    *, ask: GuardianAsk, promise: Promise, budget: Budget, now: datetime, origin: Origin
) -> Guardianship:
    """Answer an asking that `usable_ask` found: the young person may spend within `budget` from now on.

    Once: its token is used up.

    Opens its own transaction.

    Raises:
        InvalidGuardianBudget: it is none. NotAnAdult: not promised, or known to be otherwise.
        GuardianLinkUsed, GuardianLinkExpired: too late; so it is for the second of two who answer at once.
        GuardianExists: somebody consented before. GuardianNotNeeded: the person came of age meanwhile.
    """
    budget.require_valid()
    token = guardian_links.ask_token(ask)

    def once() -> Guardianship:
        minor = _lock(ask.minor_id)
        answered = usable_ask(token)
        _require_consentable(minor, answered, promise, now)
        guardianship = Guardianship(minor=minor, guardian_email=answered.guardian_email, since=now)
        guardianship.pk = Guardianship.objects.filter(minor=minor).values_list("pk", flat=True).first()
        guardianship.guardian_name, guardianship.relation = promise.name.strip(), promise.relation
        _set(guardianship, NO_BUDGET, budget, now)
        _close_asks(answered)
        thaw_spending(user=minor, reason=SpendingFreeze.Reason.GUARDIAN, now=now)
        _note(guardianship, Kind.CONSENTED, now, origin, mail=GuardianMail.Kind.CONSENTED)
        return guardianship

    return in_transaction(once)


def change_budget(
    *, guardianship: Guardianship, budget: Budget, now: datetime, origin: Origin
) -> Guardianship:
    """Set what the young person may spend from now on; what they spent in the running periods counts.

    Raises:
        InvalidGuardianBudget: it is none. GuardianshipOver: the person is of age.
    """
    budget.require_valid()

    def change(standing: Guardianship) -> None:
        before = budget_of(standing)
        if before != budget:
            _set(standing, before, budget, now)
            _note(standing, Kind.BUDGET, now, origin, mail=GuardianMail.Kind.CHANGED)

    return _changed(guardianship, change)


def revoke_consent(*, guardianship: Guardianship, now: datetime, origin: Origin) -> Guardianship:
    """Take the consent back at once: nothing can be bought or given from the commit on. Twice is once.

    Raises:
        GuardianshipOver: the person is of age.
    """

    def change(standing: Guardianship) -> None:
        if standing.state == State.ACTIVE:
            standing.state = State.REVOKED
            standing.save(update_fields=["state"])
            freeze_spending(user=standing.minor, reason=SpendingFreeze.Reason.GUARDIAN, now=now)
            _note(standing, Kind.REVOKED, now, origin, mail=GuardianMail.Kind.REVOKED)

    return _changed(guardianship, change)


def restore_consent(*, guardianship: Guardianship, now: datetime, origin: Origin) -> Guardianship:
    """Consent again after a revocation, with the budget that stood. Twice is once.

    Raises:
        GuardianshipOver: the person is of age.
    """

    def change(standing: Guardianship) -> None:
        if standing.state == State.REVOKED:
            standing.state = State.ACTIVE
            standing.save(update_fields=["state"])
            thaw_spending(user=standing.minor, reason=SpendingFreeze.Reason.GUARDIAN, now=now)
            _note(standing, Kind.RESTORED, now, origin, mail=GuardianMail.Kind.RESTORED)

    return _changed(guardianship, change)


def reissue_links(*, email: str, now: datetime, origin: Origin) -> int:
    """Owe every guardian with this address new links; earlier ones are dead. How many is for no face to show."""
    address = email.strip().lower()
    standing = Guardianship.objects.filter(guardian_email=address).exclude(state=State.ENDED)
    for pk in list(standing.values_list("pk", flat=True)):
        _changed(Guardianship.objects.get(pk=pk), lambda found: _renew_link(found, now, origin))
    return standing.count()


def end_guardianship(*, user: User, now: datetime) -> None:
    """Let the guardian's limits fall away from who is of age; mail both. Does nothing where there is none.

    Joins the caller's transaction.
    """
    minor = _lock(user.pk)
    guardianship = Guardianship.objects.filter(minor=minor).exclude(state=State.ENDED).first()
    if guardianship is None:
        return
    guardianship.minor = minor
    before = budget_of(guardianship)
    guardianship.state = State.ENDED
    _set(guardianship, before, NO_BUDGET, now)
    _note(guardianship, Kind.ENDED, now, Origin(), mail=GuardianMail.Kind.ENDED)


def _lock(minor_id: int) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=minor_id)


def _require_consentable(minor: User, ask: GuardianAsk, promise: Promise, now: datetime) -> None:
    if Guardianship.objects.filter(minor=minor).exclude(state=State.ENDED).exists():
        raise GuardianExists
    if not may_with_guardian(rule_for(minor.country), minor.birth_date, now.date()):
        raise GuardianNotNeeded
    born = User.objects.filter(email=ask.guardian_email).values_list("birth_date", flat=True).first()
    if not promise.is_adult or (born is not None and age_on(born, now.date()) < ADULT):
        raise NotAnAdult


def _set(guardianship: Guardianship, before: Budget, after: Budget, now: datetime) -> None:
    for column, coins in after.columns().items():
        setattr(guardianship, column, coins)
    guardianship.save()
    apply_budget(minor=guardianship.minor, before=before, after=after, now=now)


def _close_asks(used: GuardianAsk) -> None:
    wall = clock.wall()
    GuardianAsk.objects.filter(minor_id=used.minor_id, closed_at=None).update(closed_at=wall)
    GuardianAsk.objects.filter(pk=used.pk).update(is_used=True)


def _changed(guardianship: Guardianship, change: Callable[[Guardianship], None]) -> Guardianship:
    def once() -> Guardianship:
        minor = _lock(guardianship.minor_id)
        standing = Guardianship.objects.get(pk=guardianship.pk)
        standing.minor = minor
        if standing.state == State.ENDED:
            raise GuardianshipOver
        change(standing)
        return standing

    return in_transaction(once)


def _renew_link(guardianship: Guardianship, now: datetime, origin: Origin) -> None:
    guardianship.link_number += 1
    guardianship.save(update_fields=["link_number"])
    _record(guardianship, Kind.LINK, now, origin)
    owe_guardian(GuardianMail.Kind.LINK, guardianship)


def _note(
    guardianship: Guardianship, kind: Kind, now: datetime, origin: Origin, *, mail: GuardianMail.Kind
) -> None:
    """Write it down for auditors, for the young person's activity, for both mailboxes and for listeners."""
    minor = guardianship.minor
    _record(guardianship, kind, now, origin)
    wall = clock.wall()
    record_security_event(user=minor, kind=f"guardian_{kind.value}", now=wall)
    owe_guardian(mail, guardianship)
    tell_minor(minor, kind, wall)
    log.publish(f"user:{minor.pk}", f"consent.guardian_{kind.value}", {"guardianship": guardianship.pk})


def _record(guardianship: Guardianship, kind: Kind, now: datetime, origin: Origin) -> None:
    GuardianRecord.objects.create(
        guardianship=guardianship,
        kind=kind,
        at=now,
        guardian_email=guardianship.guardian_email,
        guardian_name=guardianship.guardian_name,
        relation=guardianship.relation,
        budget=budget_of(guardianship).as_dict(),
        ip=origin.ip,
        user_agent=origin.user_agent,
    )
