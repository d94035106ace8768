"""What support needs to answer a case, ready to draw. All money is to read."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.recovery import steps_left
from accounts.selectors import has_second_factor
from care import pages, selectors
from care.services import lifting
from ledger import books
from look import money
from wallet import rates


def page(case_id: int, operator: User, now: datetime) -> dict[str, Any]:
    """The case, its thread with notes, the person, what it is about, and what this operator may do.

    Raises:
        NotFound: there is no such case.
    """
    thread = selectors.thread_for_support(case_id)
    case, person = thread.case, thread.case.person
    is_own = person.pk == operator.pk
    may_answer = operator.has_perm("care.answer_case")
    return {
        "title": f"Case {case.reference}",
        "case": case,
        "thread": thread,
        "person": person,
        "facts": _facts(person, now),
        "steps": [pages.step_for_support(change) for change in thread.changes],
        "is_late": case.is_late(now),
        "canned": selectors.canned_replies(case) if may_answer else [],
        "others": selectors.other_cases(case),
        "is_own": is_own,
        "may_answer": may_answer and not is_own,
        "may_lift": operator.has_perm("care.lift_freeze") and not is_own,
        "needs_two": thread.freeze is not None and lifting.needs_two(person, now),
        "recovery_left": [step.replace("_", " ") for step in steps_left(person)],
    }


def _facts(person: User, now: datetime) -> list[tuple[str, str]]:
    balances = books.balances(person.ledger_id)
    coins = sum(amount for (_, unit), amount in balances.items() if unit == books.COIN)
    units = sum(amount for (_, unit), amount in balances.items() if unit == books.DIAMOND)
    currency = rates.in_force(now).currency
    return [
        ("Name, country", f"{person.name}, {person.country or '–'}"),
        ("Joined", f"{person.joined_at:%-d %b %Y}"),
        ("Second factor", "yes" if has_second_factor(person) else "none"),
        ("Coins, held ones included", money.whole(coins)),
        ("Diamonds, all of them", money.diamonds(units)),
        ("Worth", money.money(lifting.worth_minor(person, now), currency)),
    ]
