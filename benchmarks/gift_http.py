"""P2: the same gift over HTTP, signed in and with a key: one gateway process, the load on the same cores."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import checked, helper, sessions, stage, web
from benchmarks.harness import Contender, Plan, Report, Sample, interleave, say
from benchmarks.helper import Helper
from stack.ports import LOOPBACK
from stack.programs import web as site_program

IN_FLIGHT = (64, 256, 1_000)
FANS = 2_000  # who send within one minute, for which a session stays remembered
WARM_UP_S = 1.5  # before each measurement of ours: the sessions of all fans were looked up, as on a running site
PROBE_S = 1.0
YARDSTICK_IN_FLIGHT = 64
WSGI = "benchmarks.yardsticks.wsgi_view:application"
# What the yardstick may be served by; the fastest on this machine is used. Workers × threads each.
SERVERS = (("gunicorn", 2, 4), ("gunicorn", 2, 16), ("granian", 2, 4), ("granian", 1, 8))


def run(plan: Plan) -> Report:
    """This will measure our site and its yardsticks in turn, check every answer, and the books at the end."""
    people = stage.build(fans=plan.sized(FANS, 100))
    tokens = sessions.tokens(people.fans)
    file = Path(os.environ["OVATION_DATA"]) / "requests.json"
    body = json.dumps({"gift": people.gift, "quantity": 1, "coins": people.coins})
    path = f"/api/v1/rooms/{people.rooms[0]}/gifts/"
    file.write_text(json.dumps({"host": LOOPBACK, "path": path, "body": body, "tokens": tokens}))
    with ExitStack() as open_things:
        load = open_things.enter_context(helper.running("benchmarks.http_load", file))
        ours, _ = open_things.enter_context(web.site())
        bare = open_things.enter_context(_bare_asgi())
        name, wsgi = _best_wsgi(load, open_things)
        contenders = [
            *_contenders(load, ours),
            Contender(f"wsgi_view ({name})", lambda s: _measure(load, wsgi, YARDSTICK_IN_FLIGHT, s)),
            Contender("bare_asgi", lambda s: _measure(load, bare, YARDSTICK_IN_FLIGHT, s, unique=False)),
        ]
        results = interleave(contenders, plan)
    hot = results["ours, 256 in flight"].per_s
    ratios = {
        "wsgi_view": hot / results[f"wsgi_view ({name})"].per_s,
        "bare_asgi": hot / results["bare_asgi"].per_s,
    }
    return Report(
        "gift_http", results, ratios, ["every answer was a 201 with an id of its own", checked.books()]
    )


def _contenders(load: Helper, port: int) -> Iterator[Contender]:
    for in_flight in IN_FLIGHT:
        yield Contender(f"ours, {in_flight:,} in flight", partial(_measure_warm, load, port, in_flight))


def _measure_warm(load: Helper, port: int, in_flight: int, seconds: float) -> Sample:
    _measure(load, port, in_flight, WARM_UP_S)
    return _measure(load, port, in_flight, seconds)


def _measure(load: Helper, port: int, in_flight: int, seconds: float, *, unique: bool = True) -> Sample:
    answer = load.ask(port=port, in_flight=in_flight, seconds=seconds, unique=unique)
    assert answer["wrong"] == 0, f"{answer['wrong']} answers were wrong: {answer['examples']}"
    return Sample(len(answer["latencies_ms"]), answer["seconds"], answer["latencies_ms"])


def _best_wsgi(load: Helper, open_things: ExitStack) -> tuple[str, int]:
    """The server under which the yardstick is fastest here, left running: its name and its port."""
    rates: dict[tuple[str, int, int], float] = {}
    for candidate in SERVERS:
        with _wsgi(*candidate) as port:
            _measure(load, port, YARDSTICK_IN_FLIGHT, PROBE_S)
            rates[candidate] = _measure(load, port, YARDSTICK_IN_FLIGHT, PROBE_S).per_s
        say(f"  wsgi_view by {_words(*candidate)}: {rates[candidate]:,.0f}/s")
    best = max(rates, key=lambda candidate: rates[candidate])
    port = open_things.enter_context(_wsgi(*best))
    _measure(load, port, YARDSTICK_IN_FLIGHT, PROBE_S)
    return _words(*best), port


def _words(server: str, workers: int, threads: int) -> str:
    return f"{server} {workers} × {threads}"


@contextmanager
def _wsgi(server: str, workers: int, threads: int) -> Iterator[int]:
    port = web.new_port()
    commands: dict[str, list[Any]] = {
        "gunicorn": [
            *("-m", "gunicorn", "--worker-class", "gthread", "--workers", workers, "--threads", threads),
            *("--bind", f"{LOOPBACK}:{port}", "--keep-alive", 60, "--log-level", "warning", WSGI),
        ],
        "granian": [
            *("-m", "granian", "--interface", "wsgi", "--workers", workers, "--blocking-threads", threads),
            *("--host", LOOPBACK, "--port", port, "--log-level", "warning", WSGI),
        ],
    }
    command = [sys.executable, *map(str, commands[server])]
    with web.server(server, command, port, DJANGO_SETTINGS_MODULE="benchmarks.yardsticks.wsgi_settings"):
        yield port


@contextmanager
def _bare_asgi() -> Iterator[int]:
    """The constant answer, served by the very command that serves our site."""
    port = web.new_port()
    ours = site_program(dict(os.environ), Path(os.devnull), port).argv
    bare = [
        "benchmarks.yardsticks.bare_asgi:application" if word == "config.asgi:application" else word
        for word in ours
    ]
    with web.server("bare_asgi", bare, port):
        yield port
