"""One step of a case under its lock: the row that says who, when and why, the state after it, and the news of it."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from accounts.services import owe_mail
from care.models import CaseChange, CaseItem, CaseMessage, SupportCase, SupportTerms
from care.states import INTERNAL, OURS, CaseState, Step
from care.subjects import Subject
from events import log
from ground.errors import NotFound


def locked(case_id: int) -> SupportCase:
    """The case, locked for this transaction.

    Raises:
        NotFound: there is none.
    """
    found = SupportCase.objects.select_for_update(no_key=True, of=("self",)).select_related("person")
    case = found.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return case


def locked_person(person: User) -> User:
    """The person's row, locked: what they write is counted and keyed one by one."""
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def terms() -> SupportTerms:
    """What support promises and allows: the operators' row, or what it starts with."""
    return SupportTerms.objects.first() or SupportTerms()


def advance(case: SupportCase, to: CaseState, *, now: datetime, due_at: datetime | None = None) -> None:
    """Move the locked case to `to`, or leave it there; `due_at` is a new promise, where the next word is ours."""
    if case.state != to:
        assert case.status.may_become(to), f"{case.state} may not become {to}"
        case.state, case.state_at = to, now
    case.answer_due_at = (due_at or case.answer_due_at) if to in OURS else None
    case.solved_at = (case.solved_at or now) if to == CaseState.SOLVED else None
    case.save()


def record(
    case: SupportCase, step: Step, *, now: datetime, actor: User | None = None, reason: str = ""
) -> CaseChange:
    """Write one row of the locked case's history; `tell` publishes it."""
    change = CaseChange.objects.create(
        case=case,
        number=CaseChange.objects.filter(case=case).count() + 1,
        step=step,
        state=case.state,
        actor=actor,
        reason=reason.strip()[:300],
        at=now,
    )
    case.__dict__.setdefault("news", []).append(change)
    return change


def attach(case: SupportCase, subjects: Sequence[Subject], *, are_disputed: bool = False) -> None:
    """Let the case point at these too; what it points at already may become disputed."""
    CaseItem.objects.bulk_create(
        (CaseItem(case=case, kind=s.kind, ref=s.ref, is_disputed=are_disputed) for s in subjects),
        ignore_conflicts=True,
    )
    if are_disputed:
        for subject in subjects:
            CaseItem.objects.filter(case=case, kind=subject.kind, ref=subject.ref).update(is_disputed=True)


def say(
    case: SupportCase,
    *,
    author: User,
    body: str,
    key: str,
    request_hash: bytes,
    now: datetime,
    is_support: bool = False,
    is_internal: bool = False,
) -> CaseMessage:
    """Add one message to the locked case."""
    return CaseMessage.objects.create(
        case=case,
        author=author,
        is_support=is_support,
        is_internal=is_internal,
        body=body,
        key=key,
        request_hash=request_hash,
        at=now,
    )


def tell(case: SupportCase) -> None:
    """Publish what `record` wrote. The last thing in a transaction: the person's stream stays locked until its end.

    Bodies hold the reference and codes only; what operators do among themselves is not told.
    """
    news = case.__dict__.pop("news", [])
    log.publish_many(
        [
            (f"user:{case.person_id}", f"case.{change.step}", {"case": case.reference, "state": change.state})
            for change in news
            if change.step not in INTERNAL
        ]
    )


def mail(case: SupportCase, kind: str, *, now: datetime, **facts: str | int) -> None:
    """Owe the person a mail about the case."""
    known = {
        "reference": case.reference,
        "kind": str(case.get_kind_display()),
        "answer_by": f"{case.answer_due_at:%-d %B, %H:%M} UTC" if case.answer_due_at else "",
    }
    owe_mail(user=case.person, kind=kind, facts=known | facts, now=now)
