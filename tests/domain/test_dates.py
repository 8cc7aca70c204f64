"""Every form of date that PayPal has written, read by its literal zone."""

import locale
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import read_date

FORMS = {
    # as written: in UTC
    "21:05:09 Mar 04, 2021 PST": "2021-03-05T05:05:09",
    "06:30:00 Jul 09, 2019 PDT": "2019-07-09T13:30:00",
    "6:30:00 Jul 9, 2019 PDT": "2019-07-09T13:30:00",
    "21:05:09 Mar 04 2021 PST": "2021-03-05T05:05:09",
    "09:18:38 Dec. 14, 2008 PST": "2008-12-14T17:18:38",
    "09:18:38 December 14, 2008 PST": "2008-12-14T17:18:38",
    "22:11:40 17 Oct 2015 PDT": "2015-10-18T05:11:40",
    "05:09:52 03 Feb 2015 PST": "2015-02-03T13:09:52",
    "Mon May 25 2015 14:32:31 GMT-0700 (PDT)": "2015-05-25T21:32:31",
    "Mon May 25 2015 14:32:31 GMT-0700": "2015-05-25T21:32:31",
    "Tue Jun 16 2015 10:20:30 GMT+0200 (ora legale Europa occidentale)": "2015-06-16T08:20:30",
    "Tue Jun 16 2015 10:20:30 GMT 0200 (CEST)": "2015-06-16T08:20:30",  # a plus that nobody encoded
    "Tue Jun 16 2015 10:20:30 GMT+0530 (भारतीय मानक समय)": "2015-06-16T04:50:30",
    "Tue Jun 16 2015 10:20:30 GMT-0330 (NDT)": "2015-06-16T13:50:30",
    "Tue Nov 22 15:23:02 PST 2011": "2011-11-22T23:23:02",
    "Fri Dec 07 22:50:00 PST 2012": "2012-12-08T06:50:00",
    "2013-04-02T03:00:00Z": "2013-04-02T03:00:00",
    "2013-04-02T03:00:00+02:00": "2013-04-02T01:00:00",
    "2013-04-02T03:00:00-09:30": "2013-04-02T12:30:00",
    "10:00:00 Jan 01, 2020 GMT": "2020-01-01T10:00:00",
    "10:00:00 Jan 01, 2020 UTC": "2020-01-01T10:00:00",
    "23:59:59 Feb 29, 2024 PST": "2024-03-01T07:59:59",
    "  10:00:00 Jan 01, 2020 PST  ": "2020-01-01T18:00:00",
}


@pytest.mark.parametrize("written", FORMS)
def test_a_date_is_the_moment_that_it_names(written: str) -> None:
    assert read_date(written) == datetime.fromisoformat(FORMS[written]).replace(tzinfo=UTC)


def test_a_moment_is_always_told_in_utc() -> None:
    for written in FORMS:
        found = read_date(written)
        assert found is not None
        assert found.tzinfo is UTC


DOUBLED = [("01:20:30 Nov 02, 2025", 8), ("01:59:59 Nov 01, 2026", 8), ("01:00:00 Nov 07, 2027", 8)]


@pytest.mark.parametrize(("written", "before"), DOUBLED)
def test_of_the_hour_that_comes_twice_in_november_the_zone_tells_which(written: str, before: int) -> None:
    summer, winter = read_date(f"{written} PDT"), read_date(f"{written} PST")
    assert summer is not None
    assert winter is not None
    assert winter - summer == timedelta(hours=1)
    assert (summer.hour, winter.hour) == (before, before + 1)


def test_the_zone_is_believed_even_where_the_month_speaks_against_it() -> None:
    assert read_date("10:00:00 Jan 15, 2026 PDT") == datetime(2026, 1, 15, 17, tzinfo=UTC)
    assert read_date("10:00:00 Jul 15, 2026 PST") == datetime(2026, 7, 15, 18, tzinfo=UTC)


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.mark.parametrize(("number", "name"), list(enumerate(MONTHS, start=1)))
def test_every_month_is_known_by_its_english_name(number: int, name: str) -> None:
    found = read_date(f"12:00:00 {name} 10, 2026 PST")
    assert found is not None
    assert found.month == number


def test_the_months_stay_english_wherever_the_shop_is() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue  # not on this machine
            assert read_date("12:00:00 May 10, 2026 PST") is not None
            assert read_date("12:00:00 Mai 10, 2026 PST") is None
    finally:
        locale.setlocale(locale.LC_TIME, before)


NONSENSE = [
    "",
    "N/A",
    "soon",
    "14 => 51 => 55 Feb 14, 2013 PST",  # mangled on its way
    "10:00:00 Feb 30, 2026 PST",
    "10:00:00 Feb 29, 2026 PST",
    "24:00:00 Jan 01, 2026 PST",
    "10:60:00 Jan 01, 2026 PST",
    "10:00:60 Jan 01, 2026 PST",
    "10:00:00 Jan 00, 2026 PST",
    "10:00:00 Jan 01, 0000 PST",
    "23:00:00 Dec 31, 9999 PST",
    "Thu Dec 06 22:50:00 PST 1006",
    "15:59:59 Dec 31, 1997 PST",
    "16:00:00 Dec 31, 2199 PST",
    "10:00:00 Foo 01, 2026 PST",
    "10:00:00 JAN 01, 2026 PST",
    "10:00:00 Jan 01, 2026",
    "10:00:00 Jan 01, 2026 CET",
    "10:00:00 Jan 01, 2026 pst",
    "10:00:00 Jan 01, 2026 PST and more",
    "10:00:00 Jan 01, 26 PST",
    "10:00 Jan 01, 2026 PST",
    "\u0661\u0660:00:00 Jan 01, 2026 PST",  # Arabic digits
    "Tue Jun 16 2015 10:20:30 GMT+9900",
    "Tue Jun 16 2015 10:20:30 GMT+2400",
    "2013-13-02T03:00:00Z",
    "2013-04-02T03:00:00",
    "2013-04-02 03:00:00Z",
    "10:00:00 Jan 01, 2026 PST\n",
    "X10:00:00 Jan 01, 2026 PST",
]


@pytest.mark.parametrize("written", NONSENSE)
def test_nonsense_is_no_date_and_no_accident(written: str) -> None:
    assert read_date(written) is None


@given(st.text(max_size=60))
def test_any_text_at_all_is_a_date_or_none(text: str) -> None:
    assert read_date(text) is None or isinstance(read_date(text), datetime)


@given(
    st.tuples(*[st.integers(0, 99)] * 4),
    st.sampled_from([*MONTHS, "Smarch"]),
    st.integers(0, 9999),
    st.sampled_from(["PST", "PDT", "GMT", "XYZ"]),
)
def test_what_only_looks_like_a_date_is_read_or_not_but_never_raises(
    clock: tuple[int, ...], month: str, year: int, zone: str
) -> None:
    hour, minute, second, day = clock
    read_date(f"{hour:02}:{minute:02}:{second:02} {month} {day:02}, {year:04} {zone}")
    read_date(f"Mon {month} {day:02} {year:04} {hour:02}:{minute:02}:{second:02} GMT+{hour:02}{minute:02}")
    read_date(f"{year:04}-{day:02}-{day:02}T{hour:02}:{minute:02}:{second:02}-{hour:02}:{minute:02}")


@given(st.datetimes(datetime(1998, 1, 1), datetime(2100, 1, 1)), st.sampled_from([("PST", 8), ("PDT", 7)]))  # noqa: DTZ001
def test_every_moment_written_in_pacific_time_reads_back(moment: datetime, zone: tuple[str, int]) -> None:
    name, behind_hours = zone
    wall = moment.replace(microsecond=0)
    written = f"{wall:%H:%M:%S} {MONTHS[wall.month - 1]} {wall.day:02}, {wall.year} {name}"
    assert read_date(written) == (wall + timedelta(hours=behind_hours)).replace(tzinfo=UTC)


def test_the_first_and_the_last_moment_that_a_message_may_name() -> None:
    assert read_date("16:00:00 Dec 31, 1997 PST") == datetime(1998, 1, 1, tzinfo=UTC)
    assert read_date("15:59:59 Dec 31, 2199 PST") == datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)
