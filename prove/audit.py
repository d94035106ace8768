"""What must hold after a proof: each check has a name, says how much it looked at, and names what is wrong.

Runs inside Django, as the runtime role: `python -m prove.inside audit FOLDER`. Writes `checks.json`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import connection

from events import log
from ledger import checks as ledger_checks
from prove import files, model
from prove.files import Said, Stage
from prove.listeners import GIFT
from prove.model import Gift

MOST_FINDINGS = 20  # of one check, in the report
PAGE = 5_000
GRACE_S = 15.0  # after a victim serves again, for what still held a broken connection
EXPECTED = {
    (201, ""),
    (403, "account_frozen"),
    (409, "insufficient_coins"),
    (409, "key_reused"),
    (409, "price_changed"),
}

GIFTS = """
    SELECT operation.id, operation.holder, substr(operation.key, 6), sent.sender_id, sent.room_id::text, gift.slug,
           sent.quantity, sent.coins, sent.diamond_units, operation.balance
    FROM ledger_operation operation
    LEFT JOIN gifts_sentgift sent ON sent.id = operation.id
    LEFT JOIN gifts_gift gift ON gift.id = sent.gift_id
    WHERE operation.kind = 'gift' ORDER BY operation.id
"""
UNITS = "SELECT unit, sum(credit - debit) FROM ledger_side GROUP BY unit ORDER BY unit"
BELOW_ZERO = "SELECT id, code, credits - debits FROM ledger_account WHERE id > 0 AND credits < debits"
STALE = """
    SELECT account.id, account.code, account.credits - account.debits, coalesce(sum(side.credit - side.debit), 0)
    FROM ledger_account account LEFT JOIN ledger_side side ON side.account_id = account.id
    WHERE account.id > 0 GROUP BY account.id
    HAVING account.credits - account.debits <> coalesce(sum(side.credit - side.debit), 0)
"""
HALF = """
    SELECT operation.id, operation.key, (sent.id IS NOT NULL)::int, count(transfer.operation_id)
    FROM ledger_operation operation
    LEFT JOIN gifts_sentgift sent ON sent.id = operation.id
    LEFT JOIN ledger_transfer transfer ON transfer.operation_id = operation.id
    WHERE operation.kind = 'gift' GROUP BY operation.id, operation.key, sent.id
    HAVING sent.id IS NULL OR count(transfer.operation_id) <> 2
"""
ORPHANS = "SELECT id FROM gifts_sentgift WHERE id NOT IN (SELECT id FROM ledger_operation WHERE kind = 'gift')"


@dataclass
class Check:
    """One invariant: `looked_at` things, and a sentence for each that is wrong."""

    name: str
    looked_at: int
    findings: list[str] = field(default_factory=list)


class Audit:
    """Everything that was said and everything that is, side by side."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage.load(folder)
        self.run: dict[str, Any] = files.read(folder / "run.json")
        self.said = list(files.acknowledgements(folder / "acks.jsonl"))
        self.again = list(files.acknowledgements(folder / "after.jsonl"))
        self.heard: list[dict[str, Any]] = files.read(folder / "heard.json")
        self.gifts = [Gift(*row) for row in _rows(GIFTS)]

    @cached_property
    def by_key(self) -> dict[tuple[int, str], list[Gift]]:
        """Holder and key → the gifts under it; more than one is a fault."""
        found: dict[tuple[int, str], list[Gift]] = defaultdict(list)
        for gift in self.gifts:
            found[gift.holder, gift.key].append(gift)
        return dict(found)

    @cached_property
    def streams(self) -> dict[str, list[tuple[int, str, int]]]:
        """Every stream of the stage as the log has it: number, type and, of a gift, its id."""
        names = [name for room in self.stage.rooms for name in (f"room:{room.id}", f"creator:{room.creator_id}")]
        return {name: list(_stream(name)) for name in names}

    def gift_of(self, said: Said) -> Gift | None:
        return next(iter(self.by_key.get((self.stage.fans[said.fan].holder, said.key), [])), None)

    def checks(self) -> list[Check]:
        """Every check, in the order in which the report shows them."""
        everything: list[tuple[str, int, Callable[[], Iterator[str]]]] = [
            ("every wish was answered or abandoned", self.run["gifts"], self.unasked),
            ("every kill was made", len(self.run["kills"]), self.not_killed),
            ("every acknowledged gift exists as acknowledged", self._count(201), self.lost),
            ("each key has one gift at most, and each gift was asked for", len(self.gifts), self.doubled),
            ("all answers to one key are the same", len(self.said) + len(self.again), self.unlike),
            ("every gift is whole: operation, two transfers, gift, an event on both streams", len(self.gifts), self.halves),
            ("a refused request left nothing", self._refused(), self.left_over),
            ("an unanswered request is there or not, and its key answers so", self._count(0), self.undecided),
            ("only expected answers were given", len(self.said) + len(self.again), self.unexpected),
            ("server errors only around a fault", sum(len(one.errors) for one in self.said), self.stray_errors),
            ("every unit adds up to nothing", 0, self.imbalance),
            ("no wallet is below zero", 0, lambda: _sentences(BELOW_ZERO, "account {} ({}) has {}")),
            ("balances are what the journal adds up to", 0, lambda: _sentences(STALE, "account {} ({}) says {}, its journal {}")),
            ("every fan's wallet follows the single-threaded model", len(self.stage.fans), self.wallets),
            ("every creator got what was given", len(self.stage.rooms), self.creators),
            ("streams are numbered without a gap", len(self.streams), self.gaps),
            ("every listener heard every event once and in order", len(self.heard), self.unheard),
            ("manage.py ledger_check", 1, lambda: iter(ledger_checks.run().findings)),
        ]  # fmt: skip
        return [Check(name, looked_at, list(find())) for name, looked_at, find in everything]

    def unasked(self) -> Iterator[str]:
        missing = set(range(self.run["gifts"])) - {one.n for one in self.said}
        if missing:
            yield f"{len(missing)} wishes have no answer, the first is number {min(missing)}"
        yield from self.run["failures"]

    def not_killed(self) -> Iterator[str]:
        if len(self.run["kills"]) != self.run["kills_wanted"]:
            yield f"{len(self.run['kills'])} kills of {self.run['kills_wanted']}"

    def lost(self) -> Iterator[str]:
        for one in self._all(201):
            gift = self.gift_of(one)
            told = (one.answer.get("id"), one.gift, one.quantity, one.coins, one.answer.get("coins"))
            if gift is None:
                yield f"key {one.key}: acknowledged as gift {one.answer.get('id')}, and there is none"
                continue
            there = (gift.id, gift.gift, gift.quantity, gift.coins, gift.coins)
            people = (gift.sender_id, gift.room, gift.diamond_units, gift.balance)
            if told != there or people != self._people(one):
                yield f"operation {gift.id} ({one.key}): acknowledged as {told} {self._people(one)}, it is {there} {people}"

    def doubled(self) -> Iterator[str]:
        asked = {(self.stage.fans[one.fan].holder, one.key) for one in self.said}
        for (holder, key), gifts in self.by_key.items():
            if len(gifts) > 1:
                yield f"operations {', '.join(str(gift.id) for gift in gifts)}: all of holder {holder} under key {key}"
            if (holder, key) not in asked:
                yield f"operation {gifts[0].id} ({key}): nobody asked for it"

    def unlike(self) -> Iterator[str]:
        answers: dict[tuple[int, str], set[tuple[tuple[str, int], ...]]] = defaultdict(set)
        for one in self._all(201):
            answers[one.fan, one.key].add(tuple(sorted(one.answer.items())))
        yield from (f"key {key}: answered differently: {sorted(found)}" for (_, key), found in answers.items() if len(found) > 1)

    def halves(self) -> Iterator[str]:
        yield from _sentences(HALF, "operation {} ({}): {} gift rows and {} transfers")
        yield from _sentences(ORPHANS, "gift {}: no operation belongs to it")
        for kind in ("room", "creator"):
            told = Counter(id_ for name, events in self.streams.items() if name.startswith(kind)
                           for _, type_, id_ in events if type_ == GIFT)  # fmt: skip
            there = {gift.id for gift in self.gifts}
            yield from (f"gift {id_}: {count} events on the {kind}'s stream" for id_, count in told.items() if count != 1)
            yield from (f"operation {id_}: no event on the {kind}'s stream" for id_ in sorted(there - told.keys()))
            yield from (f"event of gift {id_} on the {kind}'s stream: there is no such gift" for id_ in sorted(told.keys() - there))

    def left_over(self) -> Iterator[str]:
        for one in (*self.said, *self.again):
            gift = self.gift_of(one)
            if gift is not None and one.status not in (0, 201) and one.code != "key_reused":
                yield f"operation {gift.id} ({one.key}): it was refused as {one.code}"

    def undecided(self) -> Iterator[str]:
        before: dict[str, int] = self.run["before"]
        abandoned = {(one.fan, one.key) for one in self.said if one.status == 0}
        answered = {(one.fan, one.key): one for one in self.again}
        for fan, key in sorted(abandoned):
            id_ = before.get(f"{self.stage.fans[fan].holder} {key}")
            now = answered.get((fan, key))
            if now is None:
                yield f"key {key}: abandoned, and never asked for again"
            elif id_ is not None and now.answer.get("id") != id_:
                yield f"operation {id_} ({key}): it was there, and its key now answers {now.status} {now.answer}"

    def unexpected(self) -> Iterator[str]:
        for one in (*self.said, *self.again):
            if one.status and (one.status, one.code) not in EXPECTED:
                yield f"key {one.key}: answered {one.status} {one.code}"
            if one.status == 201 and self.stage.fans[one.fan].kind == "frozen":
                yield f"key {one.key}: a frozen fan sent it"

    def stray_errors(self) -> Iterator[str]:
        faults = [(kill["at"], (kill["up_at"] or kill["at"]) + GRACE_S) for kill in self.run["kills"]]
        for one in self.said:
            for at, status in one.errors:
                if not any(begin - 1 <= at <= end for begin, end in faults):
                    yield f"key {one.key}: a {status} while everything was up"

    def imbalance(self) -> Iterator[str]:
        yield from (f"unit {unit}: {total}, not 0" for unit, total in _rows(UNITS) if total)

    def wallets(self) -> Iterator[str]:
        gifts: dict[int, list[Gift]] = defaultdict(list)
        said: dict[int, list[Said]] = defaultdict(list)
        for gift in self.gifts:
            gifts[gift.holder].append(gift)
        for one in (*self.said, *self.again):
            said[self.stage.fans[one.fan].holder].append(one)
        balances = dict(_rows("SELECT holder, credits - debits FROM ledger_account WHERE code = 'coins' AND id > 0"))
        for fan in self.stage.fans:
            mine = gifts[fan.holder]
            yield from model.wallet_findings(fan.coins, mine, said[fan.holder])
            should = fan.coins - sum(gift.coins for gift in mine)
            if balances[fan.holder] != should:
                yield f"holder {fan.holder}: {balances[fan.holder]} coins left, the model says {should}"

    def creators(self) -> Iterator[str]:
        had = dict(_rows("SELECT holder, sum(credits - debits) FROM ledger_account WHERE unit = 'DIAMOND' GROUP BY 1"))
        for room in self.stage.rooms:
            given = sum(gift.diamond_units for gift in self.gifts if gift.room == room.id)
            if had.get(room.creator_holder, 0) != given:
                yield f"creator {room.creator_id}: {had.get(room.creator_holder)} diamond units of {given} given"

    def gaps(self) -> Iterator[str]:
        for name, events in self.streams.items():
            if [number for number, *_ in events] != list(range(1, len(events) + 1)):
                yield f"{name}: its numbers do not run from 1 to {len(events)}"

    def unheard(self) -> Iterator[str]:
        for listener in self.heard:
            yield from model.heard_findings(listener["stream"], self.streams[listener["stream"]], listener["heard"])

    def _all(self, status: int) -> Iterator[Said]:
        return (one for one in (*self.said, *self.again) if one.status == status)

    def _count(self, status: int) -> int:
        return sum(1 for _ in self._all(status))

    def _refused(self) -> int:
        return sum(1 for one in (*self.said, *self.again) if one.status not in (0, 201))

    def _people(self, said: Said) -> tuple[int, str, int | None, int | None]:
        fan, room = self.stage.fans[said.fan], self.stage.rooms[said.room]
        return fan.user_id, room.id, said.answer.get("diamond_units"), said.answer.get("balance")


def _stream(name: str) -> Iterator[tuple[int, str, int]]:
    after = 0
    while events := log.since(name, after, PAGE):
        for event in events:
            yield event.number, event.type, event.body["id"] if event.type == GIFT else 0
        after = events[-1].number


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _sentences(sql: str, words: str) -> Iterator[str]:
    return (words.format(*row) for row in _rows(sql))


def main(folder: Path) -> None:
    """This will run every check and write what each found."""
    audit = Audit(folder)
    files.write(
        folder / "checks.json",
        [
            {
                "name": check.name,
                "looked_at": check.looked_at,
                "wrong": len(check.findings),
                "findings": check.findings[:MOST_FINDINGS],
            }
            for check in audit.checks()
        ],
    )
