"""The person's side of an open case: a further message, and “this is solved”."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import User
from care.errors import CaseClosed, StillFrozen
from care.files import CleanFile, keep_files
from care.keys import request_hash
from care.limits import require_message_pace
from care.models import CaseMessage, SupportCase, SupportTerms
from care.services import steps
from care.services.opening import require_words
from care.states import CaseState, Step
from ground.errors import NotFound
from ledger.errors import KeyReused
from ledger.retry import in_transaction


def add_message(
    *, person: User, reference: str, body: str, files: Sequence[CleanFile] = (), key: str, now: datetime
) -> CaseMessage:
    """Say something in one's own case, once per `key`. A case solved a short while ago opens again.

    Opens its own transaction.

    Raises:
        NotFound: there is no such case of this person.
        NothingSaid, TooManyMessages, CaseClosed: nothing was said.
        KeyReused: the key stands for another message.
    """
    require_words(body)
    asked = request_hash(reference, body)
    return in_transaction(lambda: _add(person, reference, body, files, key, asked, now))


def mark_solved(*, person: User, reference: str, now: datetime) -> SupportCase:
    """Close one's own case; twice is once. Opens its own transaction.

    Raises:
        NotFound: there is no such case of this person.
        StillFrozen: the person's money is stopped because of it: support decides.
    """
    return in_transaction(lambda: _solve(person, reference, now))


def own_case(person: User, reference: str) -> SupportCase:
    """The person's case of that name, locked for this transaction.

    Raises:
        NotFound: there is no such case of this person.
    """
    case_id = (
        SupportCase.objects.filter(person=person, reference=reference).values_list("pk", flat=True).first()
    )
    if case_id is None:
        raise NotFound
    return steps.locked(case_id)


def _add(
    person: User,
    reference: str,
    body: str,
    files: Sequence[CleanFile],
    key: str,
    asked: bytes,
    now: datetime,
) -> CaseMessage:
    steps.locked_person(person)
    case = own_case(person, reference)
    earlier = CaseMessage.objects.filter(case=case, author=person, key=key).first()
    if earlier is not None:
        if bytes(earlier.request_hash) != asked:
            raise KeyReused
        return earlier
    terms = steps.terms()
    require_message_pace(person, terms, now)
    step = _next_turn(case, terms, now)
    said = steps.say(case, author=person, body=body, key=key, request_hash=asked, now=now)
    keep_files(said, files)
    steps.record(case, step, now=now, actor=person)
    steps.tell(case)
    return said


def _next_turn(case: SupportCase, terms: SupportTerms, now: datetime) -> Step:
    """Whose turn it is after the person spoke: ours. What we promised already stands."""
    step = Step.REPLIED
    if case.solved_at is not None:
        if case.solved_at + timedelta(days=terms.reopen_days) < now:
            raise CaseClosed
        step = Step.REOPENED
    is_first = case.state == CaseState.OPEN
    promise = case.answer_due_at or terms.answer_due_at(case.kind, now)
    steps.advance(case, CaseState.OPEN if is_first else CaseState.WAITING_FOR_US, now=now, due_at=promise)
    return step


def _solve(person: User, reference: str, now: datetime) -> SupportCase:
    case = own_case(person, reference)
    if case.state == CaseState.SOLVED:
        return case
    if case.freezes.filter(lifted_at=None).exists():
        raise StillFrozen(
            "Your money is stopped because of this case, so support closes it.",
            next_step="Write in the case that it is settled for you.",
        )
    steps.advance(case, CaseState.SOLVED, now=now)
    steps.record(case, Step.SOLVED, now=now, actor=person)
    steps.tell(case)
    return case
