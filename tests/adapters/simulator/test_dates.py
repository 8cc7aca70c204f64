from datetime import UTC, datetime, timedelta, timezone

import pytest

from adapters.simulator.dates import adaptive_date, months_before, paypal_date

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


def test_adaptive_payments_write_dates_in_their_own_way() -> None:
    assert adaptive_date(datetime(2026, 11, 20, 21, 5, 9, tzinfo=UTC)) == "Fri Nov 20 13:05:09 PST 2026"
    assert adaptive_date(datetime(2026, 7, 5, 6, 59, 59, tzinfo=UTC)) == "Sat Jul 04 23:59:59 PDT 2026"


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ((2026, 11, 20), 1, (2026, 10, 20)),
        ((2026, 1, 20), 1, (2025, 12, 20)),
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2028, 3, 31), 1, (2028, 2, 29)),
        ((2026, 12, 31), 13, (2025, 11, 30)),
        ((2026, 12, 31), -2, (2027, 2, 28)),
        ((2026, 11, 20), 0, (2026, 11, 20)),
    ],
)
def test_months_are_the_calendars(
    day: tuple[int, int, int], months: int, before: tuple[int, int, int]
) -> None:
    assert months_before(datetime(*day, 21, 5, tzinfo=UTC), months) == datetime(*before, 21, 5, tzinfo=UTC)
