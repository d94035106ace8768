"""Does each cash-out's state agree with what the books say of it? `ledger_check` asks (ledger.hooks.checks)."""

from collections import defaultdict

from ledger import books
from ledger.models import Operation
from payouts import bookings
from payouts.models import Payout, PayoutAttempt
from payouts.states import PayoutState

RELEASED = frozenset({"reserve", "release"})
RESERVED = frozenset({"reserve"})
TRANSFERRED = frozenset({"reserve", "transfer"})
PAID = frozenset({"reserve", "transfer", "paid"})

# What each state's books must be, one of these sets of steps.
EXPECTED: dict[PayoutState, list[frozenset[str]]] = {
    PayoutState.REQUESTED: [RESERVED],
    PayoutState.SCREENING: [RESERVED],
    PayoutState.APPROVED: [RESERVED],
    PayoutState.SENDING: [RESERVED, TRANSFERRED],
    PayoutState.SENT: [TRANSFERRED],
    PayoutState.PAID: [PAID],
    PayoutState.FAILED: [TRANSFERRED, PAID],
    PayoutState.RETURNED: [RELEASED, TRANSFERRED | {"return"}, PAID | {"return"}],
    PayoutState.REJECTED: [RELEASED],
    PayoutState.CANCELLED: [RELEASED],
}


def check_payouts() -> list[str]:
    """Findings, a sentence each; empty when every cash-out's state and the clearing account agree with the books."""
    steps = _steps_by_payout()
    transferred = set(
        PayoutAttempt.objects.filter(transfer_id__isnull=False).values_list("payout_id", flat=True)
    )
    findings: list[str] = []
    clearing: dict[str, int] = defaultdict(int)
    for payout_id, state, currency, net_minor in Payout.objects.values_list(
        "id", "state", "currency", "net_minor"
    ):
        done = frozenset(steps.pop(str(payout_id), ()))
        if done not in EXPECTED[PayoutState(state)]:
            findings.append(f"cash-out {payout_id} is {state}, but the books have {sorted(done)} of it")
        if ("transfer" in done) != (payout_id in transferred):
            findings.append(f"cash-out {payout_id}: its attempts and the books disagree about the transfer")
        if done == RESERVED:
            clearing[currency] += net_minor
    findings += [
        f"the books have {sorted(done)} of cash-out {name}, which does not exist"
        for name, done in steps.items()
    ]
    return findings + _check_clearing(clearing)


def _steps_by_payout() -> dict[str, set[str]]:
    steps: dict[str, set[str]] = defaultdict(set)
    for key in Operation.objects.filter(kind__in=bookings.KINDS.values()).values_list("key", flat=True):
        _, payout_id, step = key.split(":")
        steps[payout_id].add(step)
    return steps


def _check_clearing(expected: dict[str, int]) -> list[str]:
    """payout.clearing holds the nets of exactly those that are reserved and not transferred yet."""
    held = {unit: amount for (code, unit), amount in books.totals().items() if code == "payout.clearing"}
    return [
        f"payout.clearing holds {held.get(unit, 0)} {unit}, but cash-outs in flight need {expected.get(unit, 0)}"
        for unit in sorted(held.keys() | expected.keys())
        if held.get(unit, 0) != expected.get(unit, 0)
    ]
