"""Faults: what a log may say of an exception that nobody foresaw: its type and its place, never its words."""

import traceback
from pathlib import Path

_FRAMES_MAX = 4


def place_of(error: BaseException) -> str:
    """`KeyError at report.py:31, notification.py:60, …`, innermost first.

    The text of an exception often quotes what it stumbled over, and that may be a payer's name.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_MAX:]
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)]
    return f"{type(error).__name__} at {', '.join(places) or 'no known place'}"
