"""Asking for help: a new case, with what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from care import subjects
from care.errors import CoinsAreThere, NothingSaid
from care.files import CleanFile, keep_files
from care.keys import request_hash
from care.limits import require_case_pace, require_message_pace
from care.models import SupportCase
from care.services import steps
from care.states import CaseKind, Step, SubjectKind
from care.subjects import Subject
from ground.errors import NotFound
from ledger.errors import KeyReused
from ledger.retry import in_transaction
from wallet import selectors as wallet
from wallet.models import Order
from wallet.services import recheck_order
from wallet.services.recheck import Rechecked

LONGEST_BODY = 4_000


@dataclass(frozen=True)
class NewCase:
    """What a person asks."""

    kind: CaseKind
    body: str
    abouts: Sequence[str] = ()
    files: Sequence[CleanFile] = ()
    insists: bool = False  # they know what the check of their order said, and write all the same

    @property
    def hash(self) -> bytes:
        return request_hash(self.kind, self.body, [*self.abouts])


def open_case(*, person: User, wish: NewCase, key: str, now: datetime) -> SupportCase:
    """Open a case, once per `key` of the person. Opens its own transaction.

    Of missing coins the payment provider is asked first: most often that is the whole help.

    Raises:
        NothingSaid, UnknownSubject, TooManySubjects, TooManyCases, TooManyMessages: nothing was opened.
        CoinsAreThere: the check found the coins, and the person did not insist.
        KeyReused: the key stands for another request.
    """
    earlier = _earlier(person, wish, key)
    if earlier is not None:
        return earlier
    require_words(wish.body)
    found = subjects.find(person, wish.abouts)
    if wish.kind == CaseKind.COINS_NOT_CREDITED and not wish.insists:
        _help_themselves(person, found, now)
    return in_transaction(lambda: _open(person, wish, key, now))


def recheck(*, person: User, order_ref: str, now: datetime) -> Rechecked:
    """Ask the payment provider about the person's order now, heal it, and say what everybody knows of it.

    Raises:
        NotFound: there is no such order of this person.
    """
    found = subjects.find(person, [f"{SubjectKind.ORDER}:{order_ref}"])
    order = Order.objects.filter(user=person, pk=found[0].ref).first()
    if order is None:
        raise NotFound
    return recheck_order(order=order, now=now)


def require_words(body: str) -> None:
    """Let a message through that says something.

    Raises:
        NothingSaid: it is empty, or longer than anybody reads.
    """
    if not body.strip() or len(body) > LONGEST_BODY:
        raise NothingSaid


def _earlier(person: User, wish: NewCase, key: str) -> SupportCase | None:
    case = SupportCase.objects.filter(person=person, key=key).first()
    if case is not None and bytes(case.request_hash) != wish.hash:
        raise KeyReused
    return case


def _help_themselves(person: User, found: Sequence[Subject], now: datetime) -> None:
    for subject in found:
        if subject.kind == SubjectKind.ORDER:
            order = recheck(person=person, order_ref=subject.ref, now=now).order
            if order.was_credited:
                raise CoinsAreThere(order=str(order.pk), balance=wallet.coins_of(person))


def _open(person: User, wish: NewCase, key: str, now: datetime) -> SupportCase:
    person = steps.locked_person(person)
    earlier = _earlier(person, wish, key)
    if earlier is not None:
        return earlier
    terms = steps.terms()
    require_case_pace(person, terms, now)
    require_message_pace(person, terms, now)
    case = SupportCase.objects.create(
        person=person,
        kind=wish.kind,
        key=key,
        request_hash=wish.hash,
        opened_at=now,
        state_at=now,
        answer_due_at=terms.answer_due_at(wish.kind, now),
    )
    steps.attach(case, subjects.find(person, wish.abouts))
    said = steps.say(case, author=person, body=wish.body, key=key, request_hash=wish.hash, now=now)
    keep_files(said, wish.files)
    steps.record(case, Step.OPENED, now=now, actor=person)
    steps.mail(case, "case_opened", now=now)
    steps.tell(case)
    return case
