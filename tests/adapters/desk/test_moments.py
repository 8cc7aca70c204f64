from datetime import UTC, datetime

import pytest

from adapters.desk.moments import as_of_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20", datetime(2026, 11, 21, tzinfo=UTC)),
        ("2026-11-20T21:22", datetime(2026, 11, 20, 21, 22, tzinfo=UTC)),
        ("2026-11-20T21:22:05", datetime(2026, 11, 20, 21, 22, 5, tzinfo=UTC)),
        ("2026-11-20T21:22:05Z", datetime(2026, 11, 20, 21, 22, 5, tzinfo=UTC)),
        ("2026-11-20T21:22:05+02:00", datetime(2026, 11, 20, 19, 22, 5, tzinfo=UTC)),
    ],
)
def test_a_moment_is_a_day_to_its_end_or_a_time_in_utc_or_one_with_its_zone(
    text: str, moment: datetime
) -> None:
    assert as_of_moment(text) == moment


@pytest.mark.parametrize(
    "text", ["", "x", "2026-13-01", "9999-12-31", "20261120", "2026-11-20 21:22", "1234567890"]
)
def test_what_is_no_moment_says_what_one_is(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as 2026-11-20, or a time"):
        as_of_moment(text)
