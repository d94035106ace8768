"""Who may listen to a room: asked when they come, and again as soon as somebody's privacy has changed.

Every change writes an event to one stream (accounts/streams.py), which is read when Valkey nudges, and every second
all the same. Whoever may listen no more is let go; whoever is parted from somebody is not sent what they do.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError

from accounts.privacy import NOBODY_SIGNED_IN, parted_pairs, turned_away
from accounts.streams import PRIVACY_STREAM
from events import log
from gateway.gathering import Gathering
from gateway.listener import Listener
from gateway.threads import in_thread
from live.errors import RoomNotFound
from live.models import Room, room_stream

LOOK_INTERVAL_S = 1.0
CHANGES_A_READING = 500

logger = logging.getLogger(__name__)


class Seat(NamedTuple):
    """Somebody in a room; None is somebody who is not signed in."""

    viewer_id: int | None
    room_id: UUID


class Admission(NamedTuple):
    """Whose room it is, and whom the viewer is parted from."""

    creator_id: int
    hidden: frozenset[int]


class Doorkeeper:
    """One per process. `wake` is told the streams in which somebody is to be let go."""

    def __init__(self, wake: Callable[[str], None]) -> None:
        self._admissions = Gathering(_read_admissions)
        self._inside: dict[Listener, tuple[Seat, int]] = {}
        self._wake = wake
        self._cursor: int | None = None
        self._readings = 0
        self._nudged = asyncio.Event()

    async def admit(self, listener: Listener, seat: Seat) -> None:
        """Let `listener` in, and keep an eye on it until `forget`.

        Raises:
            RoomNotFound: there is no such room, or its creator does not show themselves to the viewer.
        """
        if self._cursor is None:
            last = await in_thread(lambda: log.last_numbers([PRIVACY_STREAM])[PRIVACY_STREAM])
            self._cursor = last if self._cursor is None else self._cursor
        reading = -1
        while reading != self._readings:  # else something changed while this was asked
            reading = self._readings
            admission = await self._admissions.ask(seat)
        if admission is None:
            raise RoomNotFound
        listener.hidden = admission.hidden
        self._inside[listener] = (seat, admission.creator_id)

    def forget(self, listener: Listener) -> None:
        """The listener is gone."""
        self._inside.pop(listener, None)

    def nudge(self, stream: str) -> None:
        """Look soon, if it is privacy that changed."""
        if stream == PRIVACY_STREAM:
            self._nudged.set()

    async def watch(self) -> None:
        """Look for changes for ever."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._nudged.wait(), LOOK_INTERVAL_S)
            self._nudged.clear()
            try:
                await self._look()
            except DatabaseError:
                logger.warning("changes of privacy could not be read; trying again", exc_info=True)

    async def _look(self) -> None:
        after = self._cursor
        if after is None:
            return
        changes = await in_thread(lambda: log.since(PRIVACY_STREAM, after, CHANGES_A_READING))
        if not changes:
            return
        self._readings += 1
        people = {person for change in changes for person in change.body["people"]}
        concerned = {
            listener: seat
            for listener, (seat, creator_id) in self._inside.items()
            if seat.viewer_id in people or creator_id in people
        }
        seats = list(set(concerned.values()))
        answers = dict(zip(seats, await asyncio.gather(*map(self._admissions.ask, seats)), strict=True))
        for listener, seat in concerned.items():
            self._apply(listener, seat, answers[seat])
        self._cursor = changes[-1].number

    def _apply(self, listener: Listener, seat: Seat, admission: Admission | None) -> None:
        if admission is None:
            listener.is_turned_away = True
            self._wake(room_stream(seat.room_id))
        else:
            listener.hidden = admission.hidden


async def _read_admissions(seats: Sequence[Seat]) -> dict[Seat, Admission]:
    return await in_thread(lambda: _admissions(seats))


def _admissions(seats: Sequence[Seat]) -> dict[Seat, Admission]:
    rooms = Room.objects.filter(pk__in={seat.room_id for seat in seats})
    creators = dict(rooms.values_list("pk", "creator_id"))
    known = [seat for seat in seats if seat.room_id in creators]
    pairs = [(seat.viewer_id or NOBODY_SIGNED_IN, creators[seat.room_id]) for seat in known]
    parted = parted_pairs(sorted({seat.viewer_id for seat in known if seat.viewer_id is not None}))
    return {
        seat: Admission(creators[seat.room_id], parted.get(seat.viewer_id or NOBODY_SIGNED_IN, frozenset()))
        for seat, away in zip(known, turned_away(pairs, "see"), strict=True)
        if away is None
    }
