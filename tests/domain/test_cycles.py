"""The calendar of subscriptions: cycles of every length, ends of months, and pauses told by dates alone."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cycles import Period, due_after, pauses, period_of
from domain.subscription_facts import Cycle
from domain.vocabulary import PaymentStatus

MONTH, WEEK, YEAR = Period(months=1), Period(days=7), Period(months=12)


def on(year: int, month: int, day: int, hour: int = 16) -> datetime:
    return datetime(year, month, day, hour, 30, tzinfo=UTC)


WORDS: dict[str, Period | None] = {
    # subscriptions: a number and a letter
    "1 D": Period(days=1),
    "7 D": Period(days=7),
    "90 D": Period(days=90),
    "1 W": Period(days=7),
    "52 W": Period(days=364),
    "1 M": MONTH,
    "24 M": Period(months=24),
    "1 Y": YEAR,
    "5 Y": Period(months=60),
    "1 m": MONTH,
    " 3 M ": Period(months=3),
    # profiles: a word, or every so many
    "Daily": Period(days=1),
    "Weekly": WEEK,
    "Semi-monthly": Period(days=15),
    "Semi-Monthly": Period(days=15),
    "SemiMonthly": Period(days=15),
    "Monthly": MONTH,
    "Yearly": YEAR,
    "Day": Period(days=1),
    "Week": WEEK,
    "SemiMonth": Period(days=15),
    "Month": MONTH,
    "Year": YEAR,
    "every 2 Days": Period(days=2),
    "every 1 Day": Period(days=1),
    "every 6 Weeks": Period(days=42),
    "every 2 Months": Period(months=2),
    "every 2 SemiMonths": Period(days=30),
    "every 2 Semi-Months": Period(days=30),
    "Every 2 Years": Period(months=24),
    # no period at all
    "": None,
    " ": None,
    "0 M": None,
    "every 0 Months": None,
    "-1 M": None,
    "1M": None,
    "1 Q": None,
    "1000 M": None,
    "M 1": None,
    "every two Months": None,
    "Fortnightly": None,
    "2 Months ago": None,
    "\u0661 M": None,
    "\u00b2 M": None,
    "every Month": None,
    "1 M or so": None,
}


@pytest.mark.parametrize("words", WORDS)
def test_a_period_is_read_in_each_of_paypals_ways_to_write_it(words: str) -> None:
    assert period_of(words) == WORDS[words]


def test_no_words_are_no_period() -> None:
    assert period_of(None) is None


@given(st.text(max_size=20))
def test_any_text_is_a_period_longer_than_nothing_or_none(words: str) -> None:
    found = period_of(words)
    assert found is None or found.months > 0 or found.days > 0


AFTER = [
    # from, period, when
    (on(2026, 1, 15), MONTH, on(2026, 2, 15)),
    (on(2026, 1, 31), MONTH, on(2026, 2, 28)),
    (on(2028, 1, 31), MONTH, on(2028, 2, 29)),  # a leap year
    (on(2028, 1, 30), MONTH, on(2028, 2, 29)),
    (on(2027, 12, 31), Period(months=2), on(2028, 2, 29)),
    (on(2026, 3, 31), MONTH, on(2026, 4, 30)),
    (on(2026, 2, 28), MONTH, on(2026, 3, 28)),
    (on(2026, 12, 31), MONTH, on(2027, 1, 31)),
    (on(2026, 11, 30), Period(months=3), on(2027, 2, 28)),
    (on(2026, 1, 1), Period(months=24), on(2028, 1, 1)),
    (on(2028, 2, 29), YEAR, on(2029, 2, 28)),
    (on(2028, 2, 29), Period(months=48), on(2032, 2, 29)),
    (on(2026, 12, 1), YEAR, on(2027, 12, 1)),
    (on(2026, 2, 27), Period(days=2), on(2026, 3, 1)),
    (on(2028, 2, 27), Period(days=2), on(2028, 2, 29)),
    (on(2026, 12, 28), WEEK, on(2027, 1, 4)),
    (on(2026, 3, 1), Period(days=15), on(2026, 3, 16)),
]


@pytest.mark.parametrize(("start", "period", "end"), AFTER)
def test_a_cycle_later_is_the_same_day_or_the_last_of_too_short_a_month(
    start: datetime, period: Period, end: datetime
) -> None:
    assert period.after(start) == end


@pytest.mark.parametrize("period", [MONTH, YEAR, Period(months=999), Period(days=31), Period(days=999_999)])
def test_beyond_all_calendars_there_is_no_cycle(period: Period) -> None:
    assert period.after(datetime(9999, 12, 31, tzinfo=UTC)) is None


MOMENTS = st.datetimes(datetime(1998, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
PERIODS = st.sampled_from([period for period in WORDS.values() if period is not None])


@given(MOMENTS, PERIODS)
def test_a_cycle_is_longer_than_nothing_and_keeps_the_hour(moment: datetime, period: Period) -> None:
    later = period.after(moment)
    assert later is not None
    assert later > moment
    assert later.time() == moment.time()


@given(MOMENTS, MOMENTS, PERIODS)
def test_what_began_later_ends_no_earlier(one: datetime, other: datetime, period: Period) -> None:
    first, second = sorted((one, other))
    ends = period.after(first), period.after(second)
    assert ends[0] is not None
    assert ends[1] is not None
    # Of two days at the end of a month, the clock of the earlier may be the later one.
    assert ends[0].date() <= ends[1].date()


# ---- when the next is due ----


def paid(occurred: datetime | None, due: datetime | None = None, txn_id: str = "T1") -> Cycle:
    return Cycle(txn_id=txn_id, status=PaymentStatus.COMPLETED, occurred_at=occurred, next_payment_at=due)


JAN, FEB, MAR, APR, MAY = (on(2026, month, 5) for month in range(1, 6))


def test_the_next_is_due_when_paypal_says_or_a_period_after_the_payment() -> None:
    assert due_after(paid(JAN, on(2026, 2, 1)), MONTH) == on(2026, 2, 1)
    assert due_after(paid(JAN), MONTH) == FEB
    assert due_after(paid(JAN, FEB), None) == FEB


def test_where_neither_tells_nobody_knows_when_the_next_is_due() -> None:
    assert due_after(paid(JAN), None) is None
    assert due_after(paid(None), MONTH) is None
    assert due_after(paid(None, FEB), MONTH) == FEB


# ---- pauses ----

PAUSES: dict[str, tuple[Sequence[Cycle], Sequence[datetime], Period | None, bool]] = {
    # name: paid cycles, what other messages said was due, the period, whether there was a pause
    "nothing was paid": ((), (JAN,), MONTH, False),
    "one payment": ((paid(JAN),), (), MONTH, False),
    "one payment on its day": ((paid(JAN),), (JAN,), MONTH, False),
    "one payment a month late": ((paid(FEB),), (JAN,), MONTH, True),
    "one payment before it was due": ((paid(JAN),), (FEB,), MONTH, False),
    "on their days": ((paid(JAN), paid(FEB), paid(MAR)), (JAN,), MONTH, False),
    "some hours early": ((paid(JAN), paid(on(2026, 2, 5, 11))), (), MONTH, False),
    "six days late, tried again": ((paid(JAN), paid(on(2026, 2, 11))), (), MONTH, False),
    "seven days late": ((paid(JAN), paid(on(2026, 2, 12))), (), MONTH, True),
    "seven days late, but for some hours": ((paid(JAN), paid(on(2026, 2, 12, 11))), (), MONTH, True),
    "a whole month late": ((paid(JAN), paid(MAR)), (), MONTH, True),
    "much later": ((paid(JAN), paid(FEB), paid(on(2027, 1, 5))), (), MONTH, True),
    "a gap, and then on": ((paid(JAN), paid(MAR), paid(APR), paid(MAY)), (), MONTH, True),
    "due as PayPal said": ((paid(JAN, on(2026, 2, 20)), paid(on(2026, 2, 24))), (), MONTH, False),
    "a week after PayPal said": ((paid(JAN, on(2026, 2, 1)), paid(on(2026, 2, 8))), (), MONTH, True),
    "a month failed, and its failure named the next date": ((paid(JAN), paid(MAR)), (MAR,), MONTH, False),
    "skipped, and tried five days later": (
        (paid(JAN), paid(on(2026, 2, 15))), (on(2026, 2, 10), on(2026, 2, 15)), MONTH, False,
    ),
    "daily, and a day left out": (
        (paid(on(2026, 1, 5)), paid(on(2026, 1, 7))), (), Period(days=1), True,
    ),
    "daily": ((paid(on(2026, 1, 5)), paid(on(2026, 1, 6))), (), Period(days=1), False),
    "weekly, and a week left out": ((paid(on(2026, 1, 5)), paid(on(2026, 1, 19))), (), WEEK, True),
    "weekly": ((paid(on(2026, 1, 5)), paid(on(2026, 1, 12))), (), WEEK, False),
    "a period that nobody said": ((paid(JAN), paid(MAY)), (JAN,), None, False),
    "payments without dates": ((paid(None), paid(None)), (JAN,), MONTH, False),
    "after an undated payment": ((paid(JAN), paid(None), paid(FEB)), (), MONTH, False),
    "the ends of January, of February and of March": (
        (paid(on(2026, 1, 31)), paid(on(2026, 2, 28)), paid(on(2026, 3, 31))), (), MONTH, False,
    ),
    "at the end of the calendar": ((paid(datetime(9999, 12, 31, tzinfo=UTC)),), (JAN,), MONTH, True),
}  # fmt: skip


@pytest.mark.parametrize("name", PAUSES)
def test_a_payment_a_week_or_a_shorter_cycle_after_it_was_due_shows_a_pause(name: str) -> None:
    cycles, told_due, period, was_paused = PAUSES[name]
    assert bool(pauses(cycles, told_due, period)) is was_paused
    assert bool(pauses(tuple(reversed(cycles)), tuple(reversed(told_due)), period)) is was_paused


CYCLES = st.builds(
    Cycle,
    txn_id=st.sampled_from(["T1", "T2", "T3"]),
    status=st.just(PaymentStatus.COMPLETED),
    occurred_at=st.none() | MOMENTS,
    next_payment_at=st.none() | MOMENTS,
)


@given(st.lists(CYCLES, max_size=6), st.lists(MOMENTS, max_size=3), st.none() | PERIODS, st.data())
def test_a_pause_is_told_by_dates_and_never_by_the_order_of_hearing(
    cycles: list[Cycle], dues: list[datetime], period: Period | None, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(cycles))
    assert pauses(cycles, dues, period) == pauses(shuffled, data.draw(st.permutations(dues)), period)


@given(MOMENTS, st.integers(min_value=0, max_value=12), st.integers(min_value=0, max_value=6))
def test_payments_that_come_within_a_week_of_their_day_show_no_pause(
    start: datetime, count: int, days_late: int
) -> None:
    due, told = start, []
    for n in range(count):
        following = MONTH.after(due)
        assert following is not None
        told.append(paid(due + timedelta(days=days_late), following, f"T{n}"))
        due = following
    assert not pauses(told, (start,), MONTH)


@given(MOMENTS, st.integers(min_value=1, max_value=12), st.integers(min_value=8, max_value=300), st.data())
def test_one_payment_that_comes_a_week_late_or_more_shows_a_pause(
    start: datetime, count: int, days_late: int, data: st.DataObject
) -> None:
    late, due, told = data.draw(st.integers(min_value=0, max_value=count - 1)), start, []
    for n in range(count):
        moment = due + timedelta(days=days_late if n == late else 0)
        following = MONTH.after(moment)
        assert following is not None
        told.append(paid(moment, following, f"T{n}"))
        due = following
    assert pauses(told, (start,), MONTH) == 1


def test_each_gap_is_a_pause_of_its_own() -> None:
    told = [paid(datetime(2026, month, 5, 12, tzinfo=UTC), txn_id=f"T{month}") for month in (1, 3, 4, 6)]
    assert pauses(told, (), MONTH) == 2
