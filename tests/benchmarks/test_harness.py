"""The arithmetic under every number of docs/performance.md."""

import json
from functools import partial
from pathlib import Path

import pytest

from benchmarks.harness import (
    Contender,
    Plan,
    Report,
    Result,
    Sample,
    best_of,
    interleave,
    percentile,
    rounded,
    summary,
    table,
)
from benchmarks.http_load import id_of, whole_answer
from benchmarks.room_load import Listener, Room, quantiles


def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed() -> None:
    values = list(range(1, 101))
    assert [percentile(values, percent) for percent in (1, 50, 99, 100)] == [1, 50, 99, 100]
    assert percentile([7.0], 99) == 7.0


def test_a_result_is_the_median_of_the_rounds_and_keeps_each() -> None:
    rounds = [Sample(100, 1.0, [1, 2, 3]), Sample(900, 1.0, [9, 9, 9]), Sample(400, 2.0, [4, 5, 6])]

    result = summary(rounds)

    assert result == Result(per_s=200, p50_ms=5, p99_ms=6, runs=[100, 900, 200])


def test_a_measurement_without_times_has_no_percentiles() -> None:
    assert (summary([Sample(10, 1.0)]).p50_ms, summary([Sample(10, 1.0)]).p99_ms) == (None, None)


def test_what_else_was_counted_is_a_median_too() -> None:
    samples = [Sample(1, 1.0, extra={"lost": lost}) for lost in (0.0, 4.0, 1.0)]
    assert summary(samples).extra == {"lost": 1.0}


def test_contenders_take_turns(capsys: pytest.CaptureFixture[str]) -> None:
    turns: list[str] = []

    def measure(label: str, seconds: float) -> Sample:
        turns.append(label)
        return Sample(10, seconds)

    contenders = [Contender(label, partial(measure, label)) for label in ("a", "b")]
    results = interleave(contenders, Plan(seconds=1, rounds=3))

    assert turns == ["a", "b", "a", "b", "a", "b"]
    assert results["a"].runs == [10, 10, 10]


@pytest.mark.parametrize(
    ("value", "told"), [(59274.6, 59270), (0.0123456, 0.01235), (1.0, 1.0), (0.0, 0.0), (None, None)]
)
def test_four_digits_are_told(value: float | None, told: float | None) -> None:
    assert rounded(value) == told


def test_the_fastest_of_several_counts() -> None:
    results = {name: Result(rate, None, None, [rate]) for name, rate in (("8", 30.0), ("32", 20.0))}
    assert best_of(results, ["8", "32"]) == "8"


def test_the_file_has_the_agreed_form(tmp_path: Path) -> None:
    report = Report("hot", {"ours": Result(60.04, 1.0, 2.0, [60.04])}, {"raw": 4.00049}, ["green"])

    report.write(tmp_path, {"cpus": 2})

    assert json.loads((tmp_path / "hot.json").read_text()) == {
        "name": "hot",
        "machine": {"cpus": 2},
        "results": {"ours": {"per_s": 60.04, "p50_ms": 1.0, "p99_ms": 2.0, "runs": [60.04]}},
        "ratios": {"raw": 4.0},
        "notes": ["green"],
    }
    assert "ours ÷ raw" in table(report)


def test_an_http_answer_is_read_when_it_is_whole() -> None:
    head = b"HTTP/1.1 201 Created\r\nContent-Length: 20"
    body = b'{"id": 17, "coins":1}'[:20]
    assert whole_answer(head + b"\r\n\r\n" + body[:19]) is None
    assert whole_answer(head + b"\r\n\r\n" + body) == (head, body)
    assert [id_of(body), id_of(b'{"id":17}')] == [b"17", b"17"]


def test_a_listener_counts_what_is_lost_and_doubled() -> None:
    room = Room(1, "/")
    listener = Listener(room)
    listener.data_received(b"HTTP/1.1 200 OK\r\n\r\n9\r\nretry: 1\n\n\r\n")
    for number in (5, 6, 6, 9):
        for part in (b"20\r\nid: %d\nevent: x\nda" % number, b"ta: {}\n\n\r\n"):
            listener.data_received(part)

    assert (room.tally.doubled, room.tally.skipped, listener.last) == (1, 2, 9)
    assert [frame[1:] for frame in room.tally.frames] == [(5, 5), (6, 6), (6, 6), (9, 9)]


def test_quantiles_keep_the_worst() -> None:
    assert quantiles([float(n) for n in range(1, 1001)], 4) == [250.0, 500.0, 750.0, 1000.0]
