from datetime import UTC, datetime, timedelta, timezone

import pytest

from adapters.simulator.dates import paypal_date

DATES = [
    (datetime(2026, 11, 20, 21, 5, 9, tzinfo=UTC), "13:05:09 Nov 20, 2026 PST"),
    (datetime(2026, 7, 4, 7, 0, tzinfo=UTC), "00:00:00 Jul 04, 2026 PDT"),
    (datetime(2026, 7, 4, 6, 59, 59, tzinfo=UTC), "23:59:59 Jul 03, 2026 PDT"),
    (datetime(2026, 1, 1, 7, 59, 59, tzinfo=UTC), "23:59:59 Dec 31, 2025 PST"),
    # The hour that is missing in March.
    (datetime(2026, 3, 8, 9, 59, 59, tzinfo=UTC), "01:59:59 Mar 08, 2026 PST"),
    (datetime(2026, 3, 8, 10, 0, tzinfo=UTC), "03:00:00 Mar 08, 2026 PDT"),
    # The hour that comes twice in November.
    (datetime(2015, 11, 1, 8, 13, 5, tzinfo=UTC), "01:13:05 Nov 01, 2015 PDT"),
    (datetime(2015, 11, 1, 9, 13, 5, tzinfo=UTC), "01:13:05 Nov 01, 2015 PST"),
]


@pytest.mark.parametrize(("moment", "written"), DATES)
def test_a_moment_is_written_in_pacific_time(moment: datetime, written: str) -> None:
    assert paypal_date(moment) == written


def test_the_zone_of_the_moment_does_not_matter() -> None:
    there = datetime(2026, 11, 20, 22, 5, 9, tzinfo=timezone(timedelta(hours=1)))
    assert paypal_date(there) == "13:05:09 Nov 20, 2026 PST"


def test_a_moment_without_a_zone_cannot_be() -> None:
    with pytest.raises(AssertionError):
        paypal_date(datetime(2026, 1, 1))  # noqa: DTZ001
