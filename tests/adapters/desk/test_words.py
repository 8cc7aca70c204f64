from datetime import timedelta

import pytest

from adapters.desk.words import age, grouped, lasting, spaced, to_minutes, utc
from tests.given import NOON


def test_a_word_of_ours_is_written_as_people_do() -> None:
    assert spaced("partially_refunded") == "partially refunded"
    assert spaced(None) == ""


def test_times_are_in_utc_and_say_so() -> None:
    assert utc("2026-11-20T21:22:05Z") == "2026-11-20 21:22:05 UTC"
    assert to_minutes("2026-11-20T21:22:05.123456Z") == "2026-11-20 21:22"
    assert utc(None) == to_minutes(None) == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (-5, "under a minute"),
        (0.4, "under a minute"),
        (59.9, "under a minute"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h 0 min"),
        (86_399, "23 h 59 min"),
        (86_400, "1 d 0 h"),
        (100 * 86_400 + 3_600, "100 d 1 h"),
    ],
)
def test_how_long_something_lasts_is_said_in_its_two_largest_units(seconds: float | None, said: str) -> None:
    assert lasting(seconds) == said


def test_an_age_is_counted_from_now() -> None:
    assert age("2026-11-20T12:00:00Z", NOON + timedelta(minutes=5)) == "5 min"
    assert age(None, NOON) == ""


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("19.95", "19.95"),
        ("-19.95", "\u221219.95"),
        ("0.00", "0.00"),
        ("1234567.80", "1\u202f234\u202f567.80"),
        ("-1000", "\u22121\u202f000"),
        ("150", "150"),
        (12_345, "12\u202f345"),
        (
            "123456789012345678901234567890.00",
            "123\u202f456\u202f789\u202f012\u202f345\u202f678\u202f901\u202f234\u202f567\u202f890.00",
        ),
        (None, ""),
        ("", ""),
        ("odd", "odd"),
        ("1e5", "1e5"),
    ],
)
def test_amounts_are_grouped_and_never_changed(amount: str | int | None, shown: str) -> None:
    assert grouped(amount) == shown
