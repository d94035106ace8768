"""What a stream keeps of its newest events, and which bytes its listeners share."""

from gateway.window import KEPT_EVENTS, KEPT_FRAMES, Line, Window


def line(number: int) -> Line:
    return Line("room:1", number, b"%d;" % number)


def test_a_window_gives_what_comes_after_a_number() -> None:
    window = Window(last=2)
    for number in (3, 4, 5):
        window.append(line(number))

    assert window.after(2) == b"3;4;5;"
    assert window.after(4) == b"5;"
    assert window.after(5) == b""
    assert window.after(99) == b""
    assert window.after(1) is None


def test_a_reading_that_overlaps_is_not_doubled() -> None:
    window = Window(last=0)
    for number in (1, 2, 1, 2, 3):
        window.append(line(number))

    assert window.after(0) == b"1;2;3;"


def test_what_is_not_kept_any_more_is_read_from_the_log() -> None:
    window = Window(last=0)
    for number in range(1, KEPT_EVENTS + 2):
        window.append(line(number))

    assert window.after(0) is None
    assert window.after(1) is not None


def test_a_hole_is_never_skipped() -> None:
    window = Window(last=0)
    window.append(line(1))
    window.append(line(3))

    assert window.after(0) is None
    assert window.after(2) == b"3;"


def test_listeners_at_the_same_number_share_the_same_bytes() -> None:
    window = Window(last=0)
    for number in (1, 2, 3):
        window.append(line(number))

    assert window.after(1) is window.after(1)
    window.append(line(4))
    assert window.after(1) == b"2;3;4;"


def test_shared_bytes_are_kept_for_a_few_numbers_only() -> None:
    window = Window(last=0)
    for number in range(1, KEPT_EVENTS + 1):
        window.append(line(number))

    assert [window.after(number) for number in range(KEPT_EVENTS)][-1] == b"512;"
    assert len(window._frames) <= KEPT_FRAMES
