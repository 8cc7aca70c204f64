from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.times import from_us, parse_rfc3339, read_moment, rfc3339, to_us

MOMENTS = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS)
def test_a_moment_comes_back_from_its_microseconds(moment: datetime) -> None:
    assert from_us(to_us(moment)) == moment


@given(MOMENTS)
def test_a_moment_comes_back_from_its_text(moment: datetime) -> None:
    text = rfc3339(to_us(moment))
    assert text is not None
    assert text.endswith("Z")
    assert parse_rfc3339(text) == moment


def test_whole_seconds_have_no_fraction() -> None:
    assert rfc3339(to_us(datetime(2026, 11, 20, 21, 22, 5, tzinfo=UTC))) == "2026-11-20T21:22:05Z"
    assert rfc3339(1) == "1970-01-01T00:00:00.000001Z"
    assert rfc3339(None) is None


def test_another_zone_is_told_in_utc() -> None:
    pacific = timezone(timedelta(hours=-8))
    assert rfc3339(to_us(datetime(2026, 11, 20, 13, 22, 5, tzinfo=pacific))) == "2026-11-20T21:22:05Z"
    assert parse_rfc3339("2026-11-20T13:22:05-08:00") == datetime(2026, 11, 20, 21, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "now", "2026-11-20", "2026-11-20T21:22:05", "2026-13-01T00:00:00Z", "5"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_rfc3339(text)


def test_a_moment_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(AssertionError):
        to_us(datetime(2026, 11, 20))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T21:22:05Z",
        "2026-11-20t21:22:05z",
        "2026-11-20T22:22:05+01:00",
        "2026-11-20T21:22:05.000000000Z",
    ],
)
def test_a_moment_that_is_asked_by_is_read_as_rfc_3339_writes_it(text: str) -> None:
    assert read_moment(text) == datetime(2026, 11, 20, 21, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-11-20",
        "2026-11-20T21:22Z",
        "20261120T212205Z",
        "2026-11-20T21:22:05",
        "2026-11-20 21:22:05Z",
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "2026-11-20T21:22:05+0100",
        "2026-11-20T21:22:05Z\n",
        "\u0662026-11-20T21:22:05Z",
    ],
)
def test_what_rfc_3339_does_not_write_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"no|month|day"):
        read_moment(text)
