"""“I did not do this”: one request stops the money, ends every other session and opens a case, or nothing happens.

What is stopped before the answer is stopped for good: gifts are refused by the books' own freeze, under the account's
lock, and a cash-out that was not begun is looked at under its own lock before it is (payouts.services.sending).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts.models import User
from accounts.services import record_security_event
from care import subjects
from care.errors import UnknownSubject
from care.keys import request_hash
from care.limits import require_report_pace
from care.models import Freeze, Report, SupportCase
from care.services import steps
from care.services.opening import LONGEST_BODY
from care.states import CaseKind, CaseState, Step
from care.subjects import Subject
from ground import clock
from ledger import books
from ledger.errors import KeyReused
from ledger.retry import in_transaction
from payouts.models import Payout
from payouts.states import CANCELLABLE

NO_WORDS = "I did not do this."


@dataclass(frozen=True)
class NotMe:
    """What a person says they did not do: their own things by name, and words."""

    abouts: Sequence[str] = ()
    words: str = ""

    @property
    def hash(self) -> bytes:
        return request_hash([*self.abouts], self.words)


def report_not_me(
    *, person: User, claim: NotMe, session: SessionBase, request: HttpRequest, key: str, now: datetime
) -> Report:
    """Stop the person's money and secure the account, once per `key`; all in one transaction, or nothing.

    Spending and cash-out are frozen; the old password is worthless; every session but `session` is over, and that one
    may do nothing but secure the account; the case holds what is disputed. A report while the money is stopped
    already adds to its case, and secures the account anew.

    Raises:
        UnknownSubject, TooManySubjects, TooManyReports: nothing was changed.
        KeyReused: the key stands for another report.
    """
    return in_transaction(lambda: _report(person, claim, session, request, key, now))


def _report(
    person: User, claim: NotMe, session: SessionBase, request: HttpRequest, key: str, now: datetime
) -> Report:
    locked = steps.locked_person(person)
    earlier = Report.objects.filter(person=locked, key=key).select_related("freeze__case").first()
    if earlier is not None:
        if bytes(earlier.request_hash) != claim.hash:
            raise KeyReused
        return earlier
    require_report_pace(locked, now)
    disputed = _disputable(locked, claim.abouts)
    _await_payouts_at_work(locked)
    freeze = Freeze.objects.filter(person=locked, lifted_at=None).first() or _freeze(locked, claim, key, now)
    case = steps.locked(freeze.case_id)
    _add_to_case(case, locked, claim, disputed, key, now)
    books.freeze(locked.ledger_id, frozen=True)
    _spend_password(locked, person, session)
    record_security_event(
        user=locked, kind="not_me_reported", now=clock.wall(), request=request, reference=case.reference
    )
    steps.mail(case, "case_reported", now=now)
    steps.tell(case)
    return Report.objects.create(person=locked, freeze=freeze, key=key, request_hash=claim.hash, at=now)


def _disputable(person: User, abouts: Sequence[str]) -> list[Subject]:
    found = subjects.find(person, abouts)
    if not all(subject.is_own_doing for subject in found):
        raise UnknownSubject("A gift that came to you was not sent in your name.")
    return found


def _await_payouts_at_work(person: User) -> None:
    """Wait for whoever is about to begin one of the person's cash-outs; whoever comes later finds the freeze."""
    waiting = Payout.objects.select_for_update(no_key=True).filter(creator=person, state__in=CANCELLABLE)
    list(waiting.order_by("id").values_list("id"))


def _freeze(person: User, claim: NotMe, key: str, now: datetime) -> Freeze:
    case = SupportCase.objects.create(
        person=person,
        kind=CaseKind.UNAUTHORIZED,
        key=f"not-me:{key}"[:80],
        request_hash=claim.hash,
        opened_at=now,
        state_at=now,
        answer_due_at=steps.terms().answer_due_at(CaseKind.UNAUTHORIZED, now),
    )
    steps.record(case, Step.OPENED, now=now, actor=person)
    steps.record(case, Step.FROZEN, now=now)
    steps.tell(case)
    return Freeze.objects.create(person=person, case=case, since=now)


def _add_to_case(
    case: SupportCase, person: User, claim: NotMe, disputed: Sequence[Subject], key: str, now: datetime
) -> None:
    words = claim.words.strip()[:LONGEST_BODY] or NO_WORDS
    is_first = not case.messages.exists()
    steps.say(case, author=person, body=words, key=f"not-me:{key}"[:80], request_hash=claim.hash, now=now)
    steps.attach(case, disputed, are_disputed=True)
    if not is_first:
        to = case.status if case.state == CaseState.OPEN else CaseState.WAITING_FOR_US
        promise = case.answer_due_at or steps.terms().answer_due_at(case.kind, now)
        steps.advance(case, to, now=now, due_at=promise)
        steps.record(case, Step.ITEMS_ADDED, now=now, actor=person)


def _spend_password(locked: User, person: User, session: SessionBase) -> None:
    """Make the old password worthless, which ends every session that rests on it, and keep the one given.

    A sign-in that is under way at this moment rests on it too, and is over before it began.
    """
    locked.set_unusable_password()
    locked.recovery_since = person.recovery_since = clock.wall()
    locked.save(update_fields=["password", "recovery_since"])
    person.password = locked.password
    for ended in UserSession.objects.filter(user=locked).exclude(session_key=session.session_key):
        ended.end()
    session[HASH_SESSION_KEY] = locked.get_session_auth_hash()
    session.save()
