"""What must hold after a proof: each check has a name, says how much it looked at, and names what is wrong.

Runs inside Django, as the runtime role: `python -m prove.inside audit FOLDER`. Writes `checks.json`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ledger import checks as ledger_checks
from prove import files, model
from prove.evidence import Evidence, rows
from prove.files import Said
from prove.listeners import GIFT
from prove.model import Gift

MOST_FINDINGS = 20  # of one check, in the report
GRACE_S = 15.0  # after a victim serves again, for what still held a broken connection
EXPECTED = {
    (201, ""),
    (403, "account_frozen"),
    (409, "insufficient_coins"),
    (409, "key_reused"),
    (409, "price_changed"),
}

UNITS = "SELECT unit, sum(credit - debit) FROM ledger_side GROUP BY unit ORDER BY unit"
WALLETS = "SELECT id, code, credits - debits FROM ledger_account WHERE id > 0"
RECOMPUTED = (
    "SELECT account_id, sum(credit - debit) FROM ledger_side WHERE account_id > 0 GROUP BY account_id"
)
COINS = "SELECT holder, credits - debits FROM ledger_account WHERE code = 'coins' AND id > 0"
DIAMONDS = "SELECT holder, sum(credits - debits) FROM ledger_account WHERE unit = 'DIAMOND' GROUP BY holder"
HALVES = """
    SELECT operation.id, operation.key, (sent.id IS NOT NULL)::int, count(transfer.operation_id)
    FROM ledger_operation operation
    LEFT JOIN gifts_sentgift sent ON sent.id = operation.id
    LEFT JOIN ledger_transfer transfer ON transfer.operation_id = operation.id
    WHERE operation.kind = 'gift' GROUP BY operation.id, operation.key, sent.id
    HAVING sent.id IS NULL OR count(transfer.operation_id) <> 2
"""
ORPHANS = (
    "SELECT id FROM gifts_sentgift WHERE id NOT IN (SELECT id FROM ledger_operation WHERE kind = 'gift')"
)


@dataclass
class Check:
    """One invariant: how many things it `looked_at`, how many were `wrong`, and a sentence for the first of them."""

    name: str
    looked_at: int
    wrong: int
    findings: list[str]


def main(folder: Path) -> None:
    """This will run every check and write what each found."""
    evidence = Evidence(folder)
    files.write(folder / "checks.json", [asdict(check) for check in checks(evidence)])


def checks(evidence: Evidence) -> Iterator[Check]:
    """Every check, in the order in which the report shows them."""
    for name, count, find in CHECKS:
        found = list(find(evidence))
        yield Check(name, count(evidence), len(found), found[:MOST_FINDINGS])


def unanswered(evidence: Evidence) -> Iterator[str]:
    missing = set(range(evidence.run["gifts"])) - {one.n for one in evidence.asked}
    if missing:
        yield f"{len(missing)} wishes have no answer, the first is number {min(missing)}"
    yield from evidence.run["failures"]


def not_killed(evidence: Evidence) -> Iterator[str]:
    made, wanted = len(evidence.run["kills"]), evidence.run["kills_wanted"]
    if made != wanted:
        yield f"{made} kills of {wanted}"


def lost(evidence: Evidence) -> Iterator[str]:
    for one in evidence.settled:
        gift = evidence.gift_of(one)
        if gift is None:
            yield f"operation {one.answer.get('id')} ({one.key}): it was acknowledged, and there is no such gift"
        elif (told := _as_told(evidence, one)) != gift:
            yield f"operation {gift.id} ({one.key}): it was acknowledged as {told}, it is {gift}"


def doubled(evidence: Evidence) -> Iterator[str]:
    asked = {(evidence.holder_of(one), one.key) for one in evidence.asked}
    for (holder, key), gifts in evidence.by_key.items():
        if len(gifts) > 1:
            yield f"operations {', '.join(str(gift.id) for gift in gifts)}: all of holder {holder} under {key}"
        if (holder, key) not in asked:
            yield f"operation {gifts[0].id} ({key}): nobody asked for it"


def unlike(evidence: Evidence) -> Iterator[str]:
    answers: dict[tuple[int, str], set[str]] = defaultdict(set)
    for one in evidence.settled:
        answers[one.fan, one.key].add(str(sorted(one.answer.items())))
    for (_, key), found in answers.items():
        if len(found) > 1:
            yield f"key {key}: it was answered differently: {' and '.join(sorted(found))}"


def halves(evidence: Evidence) -> Iterator[str]:
    for id_, key, sent, transfers in rows(HALVES):
        yield f"operation {id_} ({key}): {sent} gift rows and {transfers} transfers"
    for (id_,) in rows(ORPHANS):
        yield f"gift {id_}: no operation belongs to it"
    there = {gift.id for gift in evidence.gifts}
    for kind in ("room", "creator"):
        mine = [events for name, events in evidence.streams.items() if name.startswith(kind)]
        told = Counter(id_ for events in mine for _, type_, id_ in events if type_ == GIFT)
        yield from (f"gift {id_}: {n} events on its {kind}'s stream" for id_, n in told.items() if n > 1)
        yield from (
            f"operation {id_}: no event on its {kind}'s stream" for id_ in sorted(there - told.keys())
        )
        yield from (f"gift {id_}: an event on a {kind}'s stream alone" for id_ in sorted(told.keys() - there))


def left_over(evidence: Evidence) -> Iterator[str]:
    for one in evidence.refused:
        gift = evidence.gift_of(one)
        if gift is not None and one.code != "key_reused":
            yield f"operation {gift.id} ({one.key}): it was refused as {one.code}"


def undecided(evidence: Evidence) -> Iterator[str]:
    before: dict[str, int] = evidence.run["before"]
    answered = {(one.fan, one.key): one for one in evidence.asked_again}
    for one in evidence.abandoned:
        id_ = before.get(f"{evidence.holder_of(one)} {one.key}")
        now = answered.get((one.fan, one.key))
        if now is None:
            yield f"key {one.key}: it was abandoned, and never asked for again"
        elif id_ is not None and now.answer.get("id") != id_:
            yield f"operation {id_} ({one.key}): it was there, and its key now answers {now.status} {now.answer}"


def unexpected(evidence: Evidence) -> Iterator[str]:
    for one in evidence.settled + evidence.refused:
        if (one.status, one.code) not in EXPECTED:
            yield f"key {one.key}: answered {one.status} {one.code}"
        elif one.status == 201 and evidence.stage.fans[one.fan].kind == "frozen":
            yield f"key {one.key}: a frozen fan's gift was settled"


def stray_errors(evidence: Evidence) -> Iterator[str]:
    faults = [(kill["at"] - 1, (kill["up_at"] or kill["at"]) + GRACE_S) for kill in evidence.run["kills"]]
    for one in evidence.asked:
        for at, status in one.errors:
            if not any(begin <= at <= end for begin, end in faults):
                yield f"key {one.key}: a {status} while everything was up"


def imbalance(_: object) -> Iterator[str]:
    yield from (f"unit {unit}: {total}, not 0" for unit, total in rows(UNITS) if total)


def below_zero(_: Evidence) -> Iterator[str]:
    yield from (f"account {id_} ({code}): {amount}" for id_, code, amount in rows(WALLETS) if amount < 0)


def stale(_: Evidence) -> Iterator[str]:
    recomputed = dict(rows(RECOMPUTED))
    for id_, code, amount in rows(WALLETS):
        if amount != recomputed.get(id_, 0):
            yield f"account {id_} ({code}): it says {amount}, its journal adds up to {recomputed.get(id_, 0)}"


def wallets(evidence: Evidence) -> Iterator[str]:
    gifts: dict[int, list[Gift]] = defaultdict(list)
    said: dict[int, list[Said]] = defaultdict(list)
    for gift in evidence.gifts:
        gifts[gift.holder].append(gift)
    for one in evidence.said:
        said[evidence.holder_of(one)].append(one)
    balances = dict(rows(COINS))
    for fan in evidence.stage.fans:
        yield from model.wallet_findings(fan.coins, gifts[fan.holder], said[fan.holder])
        should = fan.coins - sum(gift.coins for gift in gifts[fan.holder])
        if balances[fan.holder] != should:
            yield f"holder {fan.holder}: {balances[fan.holder]} coins are left, the model says {should}"


def creators(evidence: Evidence) -> Iterator[str]:
    has = dict(rows(DIAMONDS))
    for room in evidence.stage.rooms:
        given = sum(gift.diamond_units for gift in evidence.gifts if gift.room == room.id)
        if has.get(room.creator_holder, 0) != given:
            yield f"creator {room.creator_id}: {has.get(room.creator_holder, 0)} diamond units of {given} given"


def gaps(evidence: Evidence) -> Iterator[str]:
    for name, events in evidence.streams.items():
        if [number for number, *_ in events] != list(range(1, len(events) + 1)):
            yield f"{name}: its numbers do not run from 1 to {len(events)}"


def unheard(evidence: Evidence) -> Iterator[str]:
    for listener in evidence.heard:
        name = listener["stream"]
        yield from model.heard_findings(name, evidence.streams[name], listener["heard"])


def books(_: Evidence) -> Iterator[str]:
    yield from ledger_checks.run().findings


def _as_told(evidence: Evidence, one: Said) -> Gift:
    """The gift that must exist if the client was told the truth."""
    fan, room, answer = evidence.stage.fans[one.fan], evidence.stage.rooms[one.room], one.answer
    return Gift(
        id=answer.get("id", 0),
        holder=fan.holder,
        key=one.key,
        sender_id=fan.user_id,
        room=room.id,
        gift=one.gift,
        quantity=one.quantity,
        coins=one.coins if answer.get("coins") == one.coins else -1,
        diamond_units=answer.get("diamond_units", 0),
        balance=answer.get("balance", -1),
    )


def _wallet_count(_: Evidence) -> int:
    return len(rows(WALLETS))


CHECKS: tuple[tuple[str, Callable[[Evidence], int], Callable[[Evidence], Iterator[str]]], ...] = (
    ("every wish was answered or abandoned", lambda e: e.run["gifts"], unanswered),
    ("every kill was made", lambda e: len(e.run["kills"]), not_killed),
    ("every acknowledged gift exists as acknowledged", lambda e: len(e.settled), lost),
    ("a key has one gift at most, and each was asked for", lambda e: len(e.gifts), doubled),
    ("all answers to one key are the same", lambda e: len(e.settled), unlike),
    (
        "a gift is whole: operation, two transfers, gift, event on both streams",
        lambda e: len(e.gifts),
        halves,
    ),
    ("a refused request left nothing", lambda e: len(e.refused), left_over),
    ("an abandoned request is there or not, and its key says so", lambda e: len(e.abandoned), undecided),
    ("only expected answers were given", lambda e: len(e.settled) + len(e.refused), unexpected),
    ("server errors only around a fault", lambda e: sum(len(one.errors) for one in e.asked), stray_errors),
    ("every unit adds up to nothing", lambda _: len(rows(UNITS)), imbalance),
    ("no wallet is below zero", _wallet_count, below_zero),
    ("balances are what the journal adds up to", _wallet_count, stale),
    ("every fan's wallet follows the single-threaded model", lambda e: len(e.stage.fans), wallets),
    ("every creator got what was given", lambda e: len(e.stage.rooms), creators),
    ("streams are numbered without a gap", lambda e: len(e.streams), gaps),
    ("every listener heard every event once and in order", lambda e: len(e.heard), unheard),
    ("ledger_check finds nothing", lambda _: len(rows("SELECT id FROM ledger_operation")), books),
)
