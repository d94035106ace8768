"""Support's side of a case: an answer, an internal note, who has it, and that it is solved."""

from datetime import datetime

from accounts.models import User
from care.errors import MayNotAnswer, OwnCase, StillFrozen
from care.keys import request_hash
from care.models import CaseMessage, SupportCase
from care.services import steps
from care.services.opening import require_words
from care.states import CaseState, Step
from ledger.errors import KeyReused
from ledger.retry import in_transaction


def answer_case(
    *, case_id: int, operator: User, body: str, key: str, now: datetime, solves: bool = False
) -> CaseMessage:
    """Answer the person, once per `key`; with `solves` the case is closed too. Opens its own transaction.

    Raises:
        MayNotAnswer, OwnCase, NothingSaid: nothing was said.
        StillFrozen: the person's money is stopped because of it, so that it cannot be solved.
        KeyReused: the key stands for another message.
    """
    require_words(body)
    _require_support(operator)
    asked = request_hash("answer", body, str(solves))
    return in_transaction(lambda: _answer(case_id, operator, body, key, asked, now, solves))


def note_case(*, case_id: int, operator: User, body: str, key: str, now: datetime) -> CaseMessage:
    """Leave a note that only operators see, once per `key`. Opens its own transaction.

    Raises:
        MayNotAnswer, OwnCase, NothingSaid, KeyReused: nothing was noted.
    """
    require_words(body)
    _require_support(operator)
    asked = request_hash("note", body)

    def once() -> CaseMessage:
        case = _to_answer(case_id, operator)
        earlier = _earlier(case, operator, key, asked)
        if earlier is not None:
            return earlier
        said = steps.say(
            case, author=operator, body=body, key=key, request_hash=asked, now=now,
            is_support=True, is_internal=True,
        )  # fmt: skip
        steps.record(case, Step.NOTED, now=now, actor=operator)
        steps.tell(case)
        return said

    return in_transaction(once)


def assign_case(*, case_id: int, operator: User, now: datetime) -> SupportCase:
    """Let the case be this operator's; again changes nothing. Opens its own transaction.

    Raises:
        MayNotAnswer, OwnCase: it stays whose it is.
    """
    _require_support(operator)

    def once() -> SupportCase:
        case = _to_answer(case_id, operator)
        if case.assigned_to_id != operator.pk:
            case.assigned_to = operator
            case.save(update_fields=["assigned_to"])
            steps.record(case, Step.ASSIGNED, now=now, actor=operator)
            steps.tell(case)
        return case

    return in_transaction(once)


def _answer(
    case_id: int, operator: User, body: str, key: str, asked: bytes, now: datetime, solves: bool
) -> CaseMessage:
    case = _to_answer(case_id, operator)
    earlier = _earlier(case, operator, key, asked)
    if earlier is not None:
        return earlier
    if solves and case.freezes.filter(lifted_at=None).exists():
        raise StillFrozen
    said = steps.say(case, author=operator, body=body, key=key, request_hash=asked, now=now, is_support=True)
    case.answered_at = case.answered_at or now
    case.assigned_to = case.assigned_to or operator
    steps.advance(case, CaseState.SOLVED if solves else CaseState.WAITING_FOR_YOU, now=now)
    steps.record(case, Step.ANSWERED, now=now, actor=operator)
    steps.mail(case, "case_answered", now=now)
    if solves:
        steps.record(case, Step.SOLVED, now=now, actor=operator)
        steps.mail(case, "case_solved", now=now, days=steps.terms().reopen_days)
    steps.tell(case)
    return said


def _require_support(operator: User) -> None:
    if not (operator.is_active and operator.is_staff and operator.has_perm("care.answer_case")):
        raise MayNotAnswer


def _to_answer(case_id: int, operator: User) -> SupportCase:
    case = steps.locked(case_id)
    if case.person_id == operator.pk:
        raise OwnCase
    return case


def _earlier(case: SupportCase, operator: User, key: str, asked: bytes) -> CaseMessage | None:
    earlier = CaseMessage.objects.filter(case=case, author=operator, key=key).first()
    if earlier is not None and bytes(earlier.request_hash) != asked:
        raise KeyReused
    return earlier
