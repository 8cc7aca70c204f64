"""Faults: what a log may say of an exception that nobody foresaw: its type and its place, never its words."""

import traceback
from pathlib import Path
from typing import TypeVar

_FRAMES_MAX = 4
E = TypeVar("E", bound=BaseException)


def place_of(error: BaseException) -> str:
    """`KeyError at report.py:31, notification.py:60, …`, innermost first.

    The text of an exception often quotes what it stumbled over, and that may be a payer's name.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_MAX:]
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)]
    return f"{type(error).__name__} at {', '.join(places) or 'no known place'}"


def without_frames(error: E) -> E:
    """The same, and all that led to it, without the frames that they hold: those hold whatever they knew."""
    left: list[BaseException | None] = [error]
    seen = set[int]()  # they may lead to each other
    while left:
        led = left.pop()
        if led is not None and id(led) not in seen:
            seen.add(id(led))
            led.__traceback__ = None
            left += (led.__cause__, led.__context__)
    return error
