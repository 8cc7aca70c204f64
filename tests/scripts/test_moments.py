"""Times on the command line."""

from datetime import UTC, datetime

import pytest

from scripts.moments import UsageError, read_span, read_time


def test_a_time_is_read_in_utc() -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert read_time("--at", "2026-11-20T12:00:00Z") == noon
    assert read_time("--at", "2026-11-20T14:00:00+02:00") == noon
    assert read_time("--at", None) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2026-11-20", "2026-11-20T12:00:00", "2026-02-30T12:00:00Z"),
        *("0001-01-01T00:00:00+14:00", "x" * 500, "2026-11-20T12:00:00Z\n"),
    ],
)
def test_what_is_no_time_is_said_in_one_line(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_time("--since", text)
    message = str(caught.value)
    assert message.startswith("--since is ")
    assert message.endswith("expected a time such as 2026-11-20T21:22:05Z")
    assert len(message.splitlines()) == 1
    assert len(message) < 200


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EARLY, LATE = "2026-11-20T11:00:00Z", "2026-11-20T13:00:00Z"


def test_a_span_begins_before_it_ends() -> None:
    early, late = (read_time("--at", text) for text in (EARLY, LATE))
    assert read_span(None, None, NOON) == (None, None)
    assert read_span(LATE, None, NOON) == (late, None)
    assert read_span(None, EARLY, NOON) == (None, early)
    assert read_span(LATE, EARLY, NOON) == (late, early)
    assert read_span(EARLY, EARLY, NOON) == (early, early)


@pytest.mark.parametrize(
    ("at", "since", "said"),
    [
        (None, LATE, "--since is later than now"),
        (EARLY, LATE, "--since is later than --at"),
        ("x", None, "--at is"),
    ],
)
def test_a_span_that_is_none_is_said(at: str | None, since: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_span(at, since, NOON)
