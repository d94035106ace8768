"""The way back into a reported account ends when the password is new and a second factor stands."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.recovery import steps_left
from accounts.services import record_security_event
from care.models import Freeze
from care.services import steps
from care.states import Step
from ground import clock


def finish_recovery(*, user: User, now: datetime) -> bool:
    """Give the account back to its person, if nothing of the way back is left to do; answers whether it did.

    Called whenever a step is done. Money stays stopped: support decides. Joins a transaction, or opens one.
    """
    with transaction.atomic():
        locked = steps.locked_person(user)
        if locked.recovery_since is None or steps_left(locked):
            return False
        locked.recovery_since = user.recovery_since = None
        locked.save(update_fields=["recovery_since"])
        freeze = Freeze.objects.filter(person=locked, lifted_at=None).first()
        if freeze is not None:
            _tell_of_it(freeze, locked, now)
    return True


def _tell_of_it(freeze: Freeze, person: User, now: datetime) -> None:
    case = steps.locked(freeze.case_id)
    steps.record(case, Step.SECURED, now=now, actor=person)
    record_security_event(user=person, kind="account_secured", now=clock.wall(), reference=case.reference)
    steps.mail(case, "case_secured", now=now)
    steps.tell(case)
