"""Who the benchmarks' gifts come from and go to: fans with coins and accepted terms, creators with an open room."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from os import urandom
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Acceptance, LegalDocument, User
from accounts.services.consent import accept_terms
from gifts.batch import Request
from gifts.models import GiftPrice
from ground import clock
from ledger import books
from ledger.books import COIN, PLATFORM, Operation, Ref, Transfer
from live.models import Room

FANS = 10_000
COINS_EACH = 1_000_000
POOR_COINS = 1
AT_ONCE = 2_000  # rows made by one statement


@dataclass(frozen=True)
class Stage:
    """People by user id, rooms by id, and the gift everybody sends."""

    fans: Sequence[int]
    poor: Sequence[int]  # have accounts, but never enough for the gift
    creators: Sequence[int]
    rooms: Sequence[UUID]
    gift: str
    coins: int


def build(*, fans: int = FANS, creators: int = 1, poor: int = 0) -> Stage:
    """This will fill the database, the books through their own door."""
    now = clock.now()
    rich_people, poor_people = _people("fan", fans), _people("poor", poor)
    hosts = _people("creator", creators, creator_since=now)
    _accept([*rich_people, *poor_people], now)
    _fund(rich_people, COINS_EACH, now)
    _fund(poor_people, POOR_COINS, now)
    rooms = Room.objects.bulk_create(
        [Room(creator=host, title="A long evening", started_at=now) for host in hosts], batch_size=AT_ONCE
    )
    price = GiftPrice.objects.in_force(now).select_related("gift").get(gift__slug="spark")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Stage(
        fans=[person.pk for person in rich_people],
        poor=[person.pk for person in poor_people],
        creators=[host.pk for host in hosts],
        rooms=[room.pk for room in rooms],
        gift=price.gift.slug,
        coins=price.coins,
    )


def wishes(stage: Stage, *, rooms: int = 1) -> Iterator[Request]:
    """Gifts without end, each from a random fan under a key of its own, to one of the first `rooms` rooms."""
    choose, fans, open_rooms = random.Random(1).choice, stage.fans, list(stage.rooms[:rooms])
    while True:
        yield Request(choose(fans), choose(open_rooms), stage.gift, 1, stage.coins, urandom(16).hex())


def troubled_wishes(stage: Stage, share: float) -> Iterator[Request]:
    """Like `wishes`, but `share` of them come from somebody too poor, and `share` of them were sent before."""
    clean, dice, sent = wishes(stage), random.Random(2), list[Request]()
    while True:
        roll = dice.random()
        if roll < share:
            yield Request(
                dice.choice(stage.poor), stage.rooms[0], stage.gift, 1, stage.coins, urandom(16).hex()
            )
        elif roll < 2 * share and len(sent) == _REMEMBERED:
            yield sent[dice.randrange(_REMEMBERED // 2)]
        else:
            request = next(clean)
            sent.append(request)
            del sent[:-_REMEMBERED]
            yield request


_REMEMBERED = 8_000  # so that the older half was certainly answered by now


def _people(name: str, count: int, creator_since: datetime | None = None) -> list[User]:
    return User.objects.bulk_create(
        [
            User(
                handle=f"{name}{number}",
                email=f"{name}{number}@bench.example",
                password="!",  # noqa: S106 (no password opens it)
                creator_since=creator_since,
            )
            for number in range(count)
        ],
        batch_size=AT_ONCE,
    )


def _accept(people: Sequence[User], now: datetime) -> None:
    """The first by the service, so that a change of what has to be accepted shows; the others by copies of it."""
    if not people:
        return
    accept_terms(user=people[0], kinds=LegalDocument.Kind.values, now=now)
    pattern = list(Acceptance.objects.filter(user=people[0]))
    Acceptance.objects.bulk_create(
        [
            Acceptance(user=person, document_id=row.document_id, accepted_at=now)
            for person in people[1:]
            for row in pattern
        ],
        batch_size=AT_ONCE,
    )


def _fund(people: Sequence[User], coins: int, now: datetime) -> None:
    for some in batched(people, AT_ONCE):
        with transaction.atomic():
            answers = books.post([_grant(person.ledger_id, coins) for person in some], now=now)
        assert {answer.status for answer in answers} <= {"posted"}


def _grant(holder: int, coins: int) -> Operation:
    """Coins that the house gives, backed by its marketing (docs/ledger.md)."""
    return Operation(
        holder=holder,
        key="bench:grant",
        kind="grant",
        request_hash=books.request_hash("bench:grant", coins),
        transfers=[
            Transfer(COIN, Ref(PLATFORM, "coins.promotional"), Ref(holder, "coins"), coins),
            Transfer(
                "USD", Ref(PLATFORM, "marketing"), Ref(PLATFORM, "coin.float"), max(1, coins * 129 // 100)
            ),
        ],
    )
