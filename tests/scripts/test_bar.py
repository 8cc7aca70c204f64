"""The progress bar: for eyes on a terminal, and silent elsewhere."""

import io
import re

from scripts.bar import Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_nothing_is_drawn_into_a_file_or_pipe() -> None:
    stream = io.StringIO()
    bar = Bar("events", stream)
    bar.show(1, 2)
    bar.end()
    assert stream.getvalue() == ""


def test_it_says_how_far_how_fast_and_how_long_still() -> None:
    stream, clock = Terminal(), Clock()
    bar = Bar("events", stream, clock)
    clock.seconds = 10.0
    bar.show(5_000, 20_000)
    assert stream.getvalue() == "\r[######..................]  25%  5000 of 20000 events  500/s  0:30 left"
    clock.seconds = 20.0
    bar.show(5_001, 20_000_000)
    assert stream.getvalue().endswith("250/s  22:12:44 left")


def test_it_stands_on_one_line_and_leaves_none() -> None:
    stream, clock = Terminal(), Clock()
    bar = Bar("events", stream, clock)
    for second in range(1, 11):
        clock.seconds = float(second)
        bar.show(second, 10)
    bar.end()
    drawn = stream.getvalue()
    assert "\n" not in drawn
    assert re.fullmatch(r" +", drawn.split("\r")[-2])
    assert drawn.endswith("\r")


def test_it_is_drawn_ten_times_a_second_and_at_the_end() -> None:
    stream, clock = Terminal(), Clock()
    bar = Bar("events", stream, clock)
    for step in range(1, 101):
        clock.seconds = step / 100
        bar.show(step, 100)
    assert 10 <= stream.getvalue().count("\r") <= 12
    assert "100%" in stream.getvalue()


def test_before_anything_is_known_nothing_is_promised() -> None:
    stream = Terminal()
    Bar("events", stream, Clock()).show(0, 0)
    assert "  0%  0 of 1 events  0/s  ? left" in stream.getvalue()
