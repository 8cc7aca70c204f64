"""What cannot be, whatever the body and the book are."""

from types import SimpleNamespace

import pytest

from adapters.auditing.fates import impossible
from adapters.personal.guard import FORGOTTEN

FINE = {"verdict": "verified", "outcome": "recorded", "reason": None, "due_us": None, "settled_us": 7}
WAITS = {"outcome": "waiting", "due_us": 5, "settled_us": None}


def said(recorded_us: int | None, **columns: object) -> str | None:
    return impossible(SimpleNamespace(**(FINE | columns)), recorded_us)


def test_what_may_be_is_no_finding() -> None:
    assert said(7) is None
    assert said(None, outcome="duplicate") is None
    assert said(None, verdict="invalid", outcome="invalid") is None
    assert said(None, **WAITS) is None
    assert said(None, **WAITS | {"verdict": "unknown", "reason": "no answer within 30 s"}) is None
    assert said(7, **WAITS | {"reason": "fault: KeyError; will be tried again"}) is None
    assert said(None, verdict="unknown", outcome="unreadable", reason=FORGOTTEN) is None


@pytest.mark.parametrize(
    ("recorded_us", "columns"),
    [
        (7, {"outcome": "lost"}),
        (7, {"settled_us": None}),
        (8, {}),
        (7, {"verdict": "unknown"}),
        (None, {"verdict": "invalid"}),
        (None, {"outcome": "invalid"}),
        (7, {"verdict": "invalid", "outcome": "invalid"}),
        (None, {"verdict": "invalid", "outcome": "invalid", "reason": "why"}),
        (None, WAITS | {"due_us": None}),
        (7, WAITS),
        (None, WAITS | {"reason": "why"}),
        (None, WAITS | {"verdict": "invalid"}),
    ],
)
def test_what_cannot_be_is_said_in_words(recorded_us: int | None, columns: dict[str, object]) -> None:
    assert said(recorded_us, **columns) is not None
