"""What must hold after the proof of money in: each check has a name, says how much it looked at and what is wrong.

Runs inside Django, as the runtime role: `python -m prove.inside money_in.audit FOLDER`. Writes `checks.json`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db.models import F

from care.models import Dispute
from ledger import books
from ledger import checks as ledger_checks
from prove import files
from prove.audit import MOST_FINDINGS, UNITS, Check, imbalance
from prove.evidence import rows
from prove.money_in.people import Stage
from prove.money_in.told import Told, told_in
from wallet.models import Order, Refund

RECHARGES = """
    SELECT operation.key, operation.holder, sum(transfer.amount)
    FROM ledger_operation operation
    JOIN ledger_transfer transfer ON transfer.operation_id = operation.id AND transfer.unit = 'COIN'
    WHERE operation.kind = 'recharge' GROUP BY operation.id
"""
CLEARING = ("refund.clearing", "dispute.clearing")


class Evidence:
    """What buyers were told, what our database has, and what the provider has."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage.load(folder)
        self.run: dict[str, Any] = files.read(folder / "run.json")
        self.provider: dict[str, Any] = files.read(folder / "provider.json")
        self.told = list(told_in(folder / "told.jsonl"))
        self.orders = {str(order.pk): order for order in Order.objects.select_related("user")}

    @cached_property
    def paid_charges(self) -> dict[str, list[dict[str, Any]]]:
        """Order → the charges that took money for it."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for charge in self.provider["charges"]:
            if charge["status"] == "succeeded" and charge["paid"]:
                found[charge["metadata"].get("order", "")].append(charge)
        return dict(found)

    @cached_property
    def credited(self) -> dict[str, Order]:
        return {id_: order for id_, order in self.orders.items() if order.credited_at is not None}

    def about(self, told: Told) -> Order | None:
        """The order a buyer was told about."""
        return self.orders.get(told.order)


def main(folder: Path) -> None:
    """This will run every check and write what each found."""
    evidence = Evidence(folder)
    found = [(name, count(evidence), list(find(evidence))) for name, count, find in CHECKS]
    checks = [Check(name, count, len(wrong), wrong[:MOST_FINDINGS]) for name, count, wrong in found]
    files.write(folder / "checks.json", [asdict(check) for check in checks])


def unfinished(evidence: Evidence) -> Iterator[str]:
    missing = set(range(evidence.run["flows"])) - {one.n for one in evidence.told}
    if missing:
        yield f"{len(missing)} flows have no end, the first is number {min(missing)}"
    if len(evidence.run["kills"]) != evidence.run["kills_wanted"]:
        yield f"{len(evidence.run['kills'])} kills of {evidence.run['kills_wanted']}"
    yield from evidence.run["failures"]


def unlike(evidence: Evidence) -> Iterator[str]:
    for one in evidence.told:
        order = evidence.about(one)
        if one.order and (
            order is None
            or (order.coins, order.gross_minor, order.currency) != (one.coins, one.gross_minor, one.currency)
        ):
            yield f"flow {one.n}: its order {one.order} is not as its buyer was told: {order}"
    keys = Counter((order.user_id, order.client_key) for order in evidence.orders.values())
    yield from (f"{count} orders of one key {key}" for key, count in keys.items() if count > 1)


def lost(evidence: Evidence) -> Iterator[str]:
    for one in evidence.told:
        if one.expects == "coins" and one.order not in evidence.credited:
            yield f"flow {one.n} ({one.way}): paid, and {evidence.about(one)} has no coins"


def free(evidence: Evidence) -> Iterator[str]:
    for one in evidence.told:
        if one.expects == "nothing" and one.order in evidence.credited:
            yield f"flow {one.n} ({one.way}): nothing was paid, and {evidence.about(one)} has coins"
    for id_ in evidence.credited.keys() - evidence.paid_charges.keys():
        yield f"order {id_}: credited, and the provider has no payment for it"


def unfulfilled(evidence: Evidence) -> Iterator[str]:
    for id_, charges in evidence.paid_charges.items():
        order = evidence.credited.get(id_)
        if order is None:
            yield f"order {id_}: the provider has its payment, and it was not credited: {evidence.orders.get(id_)}"
        elif len(charges) > 1:
            yield f"order {id_}: paid {len(charges)} times"
        elif (charges[0]["amount"], charges[0]["currency"].upper()) != (order.gross_minor, order.currency):
            yield f"order {id_}: {charges[0]['amount']} {charges[0]['currency']} were paid for {order.gross_minor}"


def doubled(evidence: Evidence) -> Iterator[str]:
    booked = rows(RECHARGES)
    again = Counter(key for key, _, _ in booked)
    yield from (f"{key}: booked {count} times" for key, count in again.items() if count > 1)
    for key, holder, coins in booked:
        order = evidence.credited.get(key.removeprefix("order:"))
        if order is None or (order.user.ledger_id, order.coins) != (holder, coins):
            yield f"operation {key}: {coins} coins for holder {holder}, and the order is {order}"
    keys = {key for key, _, _ in booked}
    yield from (
        f"order {id_}: credited without a booking" for id_ in evidence.credited if f"order:{id_}" not in keys
    )


def undecided(evidence: Evidence) -> Iterator[str]:
    for id_, order in evidence.orders.items():
        if order.is_open:
            yield f"order {id_} is still {order.state}"
        if order.held_reason:
            yield f"order {id_} is held: {order.held_reason}"


def half_told(_: Evidence) -> Iterator[str]:
    """An order's timeline has each of its steps once."""
    for order, kind, count in rows(
        "SELECT order_id, kind, count(*) FROM wallet_orderevent WHERE kind IN ('paid', 'credited', 'expired',"
        " 'cancelled', 'fee_booked') GROUP BY order_id, kind HAVING count(*) > 1"
    ):
        yield f"order {order}: {count} steps {kind}"
    for (order,) in rows(
        "SELECT id FROM wallet_order WHERE credited_at IS NOT NULL AND NOT EXISTS"
        " (SELECT FROM wallet_orderevent event WHERE event.order_id = wallet_order.id AND event.kind = 'credited')"
    ):
        yield f"order {order}: credited without a step"


def unlike_refunds(evidence: Evidence) -> Iterator[str]:
    """Ours, whoever made them, are the provider's: the same sums in the same state.

    One that its staff made and that failed before we heard of it moved nothing, and is not kept.
    """
    ours = {refund.provider_id: refund for refund in Refund.objects.all()}
    for there in evidence.provider["refunds"]:
        mine = ours.pop(there["id"], None)
        if mine is None:
            if there["status"] != "failed" or there["metadata"]:
                yield f"refund {there['id']} ({there['status']}): we do not know it"
        elif (mine.state, mine.amount_minor) != (there["status"], there["amount"]):
            yield f"refund {mine.pk}: {mine.state} {mine.amount_minor}, there {there['status']} {there['amount']}"
    yield from (f"refund {one.pk} ({one.state}): the provider does not know it" for one in ours.values())


def unlike_disputes(evidence: Evidence) -> Iterator[str]:
    ours = {dispute.provider_id: dispute for dispute in Dispute.objects.all()}
    for there in evidence.provider["disputes"]:
        mine = ours.pop(there["id"], None)
        if mine is None:
            yield f"dispute {there['id']} ({there['status']}): we do not know it"
        elif mine.status != there["status"]:
            yield f"dispute {mine.provider_id}: {mine.status}, there {there['status']}"
        elif there["status"] in ("won", "lost") and mine.outcome != there["status"]:
            yield f"dispute {mine.provider_id}: decided as {mine.outcome!r}, there {there['status']}"
    yield from (f"dispute {one.provider_id}: the provider does not know it" for one in ours.values())


def refused(evidence: Evidence) -> Iterator[str]:
    for one in evidence.told:
        yield from (f"flow {one.n} ({one.way}): {words}" for words in one.refused)


def waiting(_: Evidence) -> Iterator[str]:
    for id_, type_, status, error in rows(
        "SELECT event_id, type, status, error FROM provider_inboxevent WHERE status NOT IN ('done', 'ignored')"
    ):
        yield f"event {id_} ({type_}) is {status}: {error[:200]}"
    for key, state, error in rows(
        "SELECT key, state, error_message FROM provider_providercall WHERE state IN ('pending', 'unknown')"
    ):
        yield f"call {key} is {state}: {error}"


def clearing(_: Evidence) -> Iterator[str]:
    totals = books.totals()
    for (code, unit), amount in totals.items():
        if code in CLEARING and amount:
            yield f"{code} holds {amount} {unit}"


def cash(evidence: Evidence) -> Iterator[str]:
    yield from _cash_differs(evidence)


def complaints(evidence: Evidence) -> Iterator[str]:
    yield from (str(violation) for violation in evidence.provider["violations"])
    yield from evidence.provider["journal"]["findings"]


def ledger_findings(_: Evidence) -> Iterator[str]:
    yield from ledger_checks.run().findings


def _cash_differs(evidence: Evidence) -> Iterator[str]:
    """Each payment in our settlement currency moves our cash exactly as it moves the provider's balance."""
    journal = evidence.provider["journal"]
    there = journal["totals"].get(journal["platform"], {}).get("usd", {"net": 0})["net"]
    foreign = Order.objects.exclude(currency=F("settlement_currency"))
    named = {
        *(str(id_) for id_ in foreign.values_list("pk", flat=True)),
        *(str(id_) for id_ in Refund.objects.filter(order__in=foreign).values_list("pk", flat=True)),
        *Dispute.objects.filter(order__in=foreign).values_list("provider_id", flat=True),
    }
    ours = sum(amount for key, amount in rows(CASH_LEGS) if named.isdisjoint(key.split(":")))
    if ours != there:
        yield f"our books have {ours} at the provider, the provider has {there}"


CASH_LEGS = """
    SELECT operation.key, sum(side.debit - side.credit)
    FROM ledger_operation operation
    JOIN ledger_side side ON side.operation_id = operation.id
    JOIN ledger_account account ON account.id = side.account_id AND account.code = 'provider.cash'
    GROUP BY operation.id
"""


type Counted = Callable[[Evidence], int]
type Find = Callable[[Evidence], Iterator[str]]
CHECKS: tuple[tuple[str, Counted, Find], ...] = (
    ("every flow came to its end, every kill was made", lambda e: len(e.told), unfinished),
    ("orders are as their buyers were told, one of a key", lambda e: len(e.orders), unlike),
    (
        "whoever was told that it is paid has the coins",
        lambda e: sum(t.expects == "coins" for t in e.told),
        lost,
    ),
    ("nobody has coins without a payment", lambda e: len(e.credited), free),
    ("every payment was fulfilled, for its amount, once", lambda e: len(e.paid_charges), unfulfilled),
    ("an order is booked once, with its coins", lambda e: len(e.credited), doubled),
    ("every order is decided, and none is held", lambda e: len(e.orders), undecided),
    ("refunds are the provider's", lambda e: len(e.provider["refunds"]), unlike_refunds),
    ("disputes are the provider's", lambda e: len(e.provider["disputes"]), unlike_disputes),
    ("a timeline has each step once", lambda e: len(e.orders), half_told),
    ("no flow met an answer that it should not", lambda e: len(e.told), refused),
    (
        "nothing is left to work off or to find out",
        lambda _: len(rows("SELECT id FROM provider_inboxevent")),
        waiting,
    ),
    ("clearing accounts are at zero", lambda _: len(CLEARING), clearing),
    ("our cash is what the provider's own journal says", lambda e: len(e.provider["charges"]), cash),
    ("the provider finds nothing wrong with itself", lambda e: len(e.provider["charges"]), complaints),
    ("every unit adds up to nothing", lambda _: len(rows(UNITS)), imbalance),
    ("ledger_check finds nothing", lambda _: len(rows("SELECT id FROM ledger_operation")), ledger_findings),
)
