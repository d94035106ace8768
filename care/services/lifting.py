"""Letting a person's money move again: an operator decides, above an amount two of them."""

from datetime import datetime

from accounts.models import User
from accounts.services import record_security_event, thaw_spending
from care.errors import MayNotLift, NotFrozen, OwnCase, ReasonRequired, RecoveryNotDone, SecondPersonNeeded
from care.models import Freeze
from care.services import steps
from care.services.steps import FREEZE_REASON
from care.states import Step
from ground import clock
from ledger import books
from ledger.retry import in_transaction
from payouts.services.quote import amount_minor
from wallet import rates
from wallet.units import MICRO_PER_MINOR


def lift_freeze(*, case_id: int, operator: User, verified: bool, reason: str, now: datetime) -> Freeze:
    """Let the money move again; above the amount of the support terms the first call only proposes it.

    Opens its own transaction. `verified`: the session used a second factor.

    Raises:
        MayNotLift, OwnCase, ReasonRequired: the operator may not, or not like this.
        NotFrozen: nothing is stopped because of this case.
        RecoveryNotDone: the person has not secured the account; the money would be the thief's.
        SecondPersonNeeded: this operator proposed it; another one must agree.
    """
    if not (verified and operator.is_active and operator.is_staff and operator.has_perm("care.lift_freeze")):
        raise MayNotLift
    if not reason.strip():
        raise ReasonRequired
    return in_transaction(lambda: _lift(case_id, operator, reason, now))


def worth_minor(person: User, now: datetime) -> int:
    """What the person's coins and diamonds are worth, held ones included, in the settlement currency."""
    in_force = rates.in_force(now)
    held = {"COIN": 0, "DIAMOND": 0}
    for (_, unit), amount in books.balances(person.ledger_id).items():
        held[unit] = held.get(unit, 0) + amount
    coins_minor = held["COIN"] * in_force.coin_value_micro // MICRO_PER_MINOR
    return coins_minor + amount_minor(held["DIAMOND"], in_force.diamond_value_micro)


def needs_two(person: User, now: datetime) -> bool:
    """Whether a second operator must agree before this person's money moves again."""
    return worth_minor(person, now) > steps.terms().four_eyes_above_minor


def _lift(case_id: int, operator: User, reason: str, now: datetime) -> Freeze:
    freeze = Freeze.objects.filter(case_id=case_id, lifted_at=None).select_related("person").first()
    if freeze is None:
        raise NotFrozen
    person = steps.locked_person(freeze.person)
    case = steps.locked(case_id)
    freeze = Freeze.objects.select_for_update(no_key=True).get(pk=freeze.pk)
    if freeze.lifted_at is not None:
        raise NotFrozen
    if person.pk == operator.pk:
        raise OwnCase
    if person.recovery_since is not None:
        raise RecoveryNotDone
    if needs_two(person, now) and freeze.proposed_by_id in (None, operator.pk):
        if freeze.proposed_by_id == operator.pk:
            raise SecondPersonNeeded
        freeze.proposed_by, freeze.proposed_at = operator, now
        freeze.save()
        steps.record(case, Step.LIFT_PROPOSED, now=now, actor=operator, reason=reason)
        return freeze
    thaw_spending(user=person, reason=FREEZE_REASON, now=now)
    freeze.lifted_by, freeze.lifted_at = operator, now
    if freeze.proposed_by_id == operator.pk:  # proposed while the balance was larger
        freeze.proposed_by = freeze.proposed_at = None
    freeze.save()
    steps.record(case, Step.LIFTED, now=now, actor=operator, reason=reason)
    record_security_event(user=person, kind="money_released", now=clock.wall(), reference=case.reference)
    steps.mail(case, "case_lifted", now=now)
    steps.tell(case)
    return freeze
