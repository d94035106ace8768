"""P4: 5,000 listeners of one room on one gateway process, 20 gifts a second, the listeners on the same cores."""

import os
import resource
import threading
import time
from pathlib import Path
from typing import Any

from accounts.models import User
from benchmarks import checked, helper, stage, web
from benchmarks.harness import Contender, Plan, Report, Sample, interleave, say
from benchmarks.helper import Helper
from benchmarks.stage import Stage
from events import log
from gifts.services import send_gift
from ground import clock
from live import tickets
from live.models import Room, room_stream

LISTENERS = 5_000
EVENTS_PER_S = 20
LONGER = 3  # times the plan's seconds: a frame every half second needs some time to show its rhythm
STORM_AFTER_S, STORM_S = 0.5, 4.0


class Publisher(threading.Thread):
    """Sends gifts into the room at an even pace, and notes when each was committed."""

    def __init__(self, people: Stage, seconds: float) -> None:
        super().__init__()
        self._people, self._seconds = people, seconds
        self._senders = list(User.objects.filter(pk__in=people.fans))
        self._first = log.last_numbers([room_stream(people.rooms[0])])[room_stream(people.rooms[0])] + 1
        self.commits: dict[int, float] = {}

    def run(self) -> None:
        begun = time.monotonic()
        for n in range(int(self._seconds * EVENTS_PER_S)):
            time.sleep(max(0.0, begun + n / EVENTS_PER_S - time.monotonic()))
            send_gift(
                sender=self._senders[n % len(self._senders)],
                room_id=self._people.rooms[0],
                gift=self._people.gift,
                quantity=1,
                coins=self._people.coins,
                key=os.urandom(16).hex(),
                now=clock.now(),
            )
            self.commits[self._first + n] = time.monotonic()


def run(plan: Plan) -> Report:
    """This will fill the room, measure, drop everybody at once, and see who missed what."""
    _allow_files()
    people = stage.build(fans=plan.sized(200, 20))
    listeners = plan.sized(LISTENERS, 20)
    room = Room.objects.get(pk=people.rooms[0])
    with web.site() as (port, pid), helper.running("benchmarks.room_load", port, _path(room)) as load:
        load.ask(do="listen", count=1)
        _publish(load, people, 1.0)
        empty = _resident(pid)
        connecting = load.ask(do="listen", count=listeners)["seconds"]
        say(f"  {listeners:,} listeners connected in {connecting:.1f} s")
        label = f"ours, {listeners:,} listeners"
        contender = Contender(label, lambda seconds: _listen(load, people, listeners, seconds * LONGER))
        results = interleave([contender], plan)
        each = (_resident(pid) - empty) / listeners
        storm = _storm(load, people, listeners, room)
    results[label].extra.update({"bytes_per_listener": each, **storm})
    return Report("room_fanout", results, {}, [checked.books()])


def _listen(load: Helper, people: Stage, listeners: int, seconds: float) -> Sample:
    report = _publish(load, people, seconds)
    extra = {
        "frames_per_s_each": report["frames"] / listeners / seconds,
        "lost": report["lost"],
        "doubled": report["doubled"],
    }
    return Sample(report["delivered"], seconds, report["delays_ms"], extra)


def _storm(load: Helper, people: Stage, listeners: int, room: Room) -> dict[str, float]:
    """Everybody drops at once and comes back at once, while gifts go on."""
    load.ask(do="forget")
    publisher = Publisher(people, STORM_S)
    publisher.start()
    time.sleep(STORM_AFTER_S)
    back = load.ask(do="storm", path=_path(room))["seconds"]
    publisher.join()
    report = load.ask(do="report", commits=publisher.commits)
    expected = len(publisher.commits) * listeners
    assert report["delivered"] + report["lost"] == expected + report["doubled"], (
        report["delivered"],
        expected,
    )
    say(
        f"  storm: {listeners:,} were back after {back:.1f} s; {report['lost']} lost, {report['doubled']} doubled"
    )
    return {"storm_s": back, "storm_lost": report["lost"], "storm_doubled": report["doubled"]}


def _path(room: Room) -> str:
    """Where its events are listened to, with a ticket that is good for a few minutes."""
    return f"{tickets.events_path(room)}?ticket={tickets.mint(room.stream)}"


def _publish(load: Helper, people: Stage, seconds: float) -> dict[str, Any]:
    load.ask(do="forget")
    publisher = Publisher(people, seconds)
    publisher.start()
    publisher.join()
    return load.ask(do="report", commits=publisher.commits)


def _resident(pid: int) -> int:
    """The process's memory that is really there, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"process {pid} is gone")


def _allow_files() -> None:
    """A socket each, for this process's children."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
