"""Charts as figures of a drawing: where bars and lines are, and what they stand for; templates write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from domain.spelling import moment

HEIGHT: Final = 100
WIDTH: Final = 1_000
# What is there is seen, however small it is beside the others.
_BAR_MIN: Final = 3
# So that a line is not cut at the edges.
_MARGIN: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar, of width 1, and what it stands for."""

    place: int
    top: int
    height: int
    said: str  # its time
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """How much there was in each of equal times."""

    bars: Sequence[Bar]
    total: int
    most: int

    @property
    def highest(self) -> Bar:
        """The first of the highest bars."""
        return max(self.bars, key=lambda bar: bar.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a line, the part of the drawing that is nearest to it, and what it stands for."""

    x: int
    y: int
    left: int
    width: int
    at: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What something was at one time after another."""

    points: Sequence[Point]
    low: int
    high: int
    nought: int | None  # where nothing lies, if that is within the drawing

    @property
    def path(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def bars(times: Sequence[str], values: Sequence[int]) -> Bars:
    """Draw values; each comes with its time in words, which several drawings may share."""
    most = max(values)
    drawn = [
        Bar(place=place, top=HEIGHT - high, height=high, said=said, value=value)
        for place, (said, value) in enumerate(zip(times, values, strict=True))
        for high in (_height(value, most),)
    ]
    return Bars(bars=drawn, total=sum(values), most=most)


def spans(times: Sequence[datetime]) -> list[str]:
    """Say each time from one moment to the next: `2026-11-20 16:00 to 17:00 UTC`."""
    return [f"{since:%Y-%m-%d %H:%M} to {until:%H:%M} UTC" for since, until in pairwise(times)]


def line(times: Sequence[datetime], values: Sequence[int]) -> Line:
    """Draw what was at these times, the earliest first, between the lowest and the highest of it."""
    low, high = min(values), max(values)
    places = [_along(each, times[0], times[-1]) for each in times]
    middles = [0, *((left + right) // 2 for left, right in pairwise(places)), WIDTH]
    points = [
        Point(x=x, y=_up(value, low, high), left=left, width=right - left, at=_said(at), value=value)
        for at, x, value, (left, right) in zip(times, places, values, pairwise(middles), strict=True)
    ]
    return Line(
        points=points,
        low=low,
        high=high,
        nought=_up(0, low, high) if low < 0 < high or low == high == 0 else None,
    )


def _said(at: datetime) -> str:
    return moment(at) or ""


def _height(value: int, most: int) -> int:
    return max(_BAR_MIN, round(value / most * HEIGHT)) if value else 0


def _along(at: datetime, first: datetime, last: datetime) -> int:
    return round((at - first) / (last - first) * WIDTH) if last > first else WIDTH


def _up(value: int, low: int, high: int) -> int:
    if low == high:
        return HEIGHT // 2
    return HEIGHT - _MARGIN - round((value - low) / (high - low) * (HEIGHT - 2 * _MARGIN))
