from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from adapters.desk.charts import HEIGHT, WIDTH, bars, line, spans
from tests.given import NOON

FIGURES = st.lists(st.integers(min_value=-(10**12), max_value=10**12), min_size=1, max_size=130)


def times(count: int) -> list[datetime]:
    return [NOON + timedelta(hours=place) for place in range(count)]


def test_bars_stand_on_the_ground_and_the_highest_reaches_the_top() -> None:
    drawn = bars(spans(times(5)), [0, 1, 500, 1000])
    assert [(bar.place, bar.top, bar.height) for bar in drawn.bars] == [
        (0, 100, 0),
        (1, 97, 3),  # little is not nothing
        (2, 50, 50),
        (3, 0, 100),
    ]
    assert (drawn.total, drawn.most, drawn.highest.value) == (1501, 1000, 1000)
    assert drawn.highest.said == "2026-11-20 15:00 to 16:00 UTC"


def test_where_nothing_was_there_are_no_bars() -> None:
    drawn = bars(spans(times(3)), [0, 0])
    assert [bar.height for bar in drawn.bars] == [0, 0]
    assert (drawn.total, drawn.most) == (0, 0)


def test_a_line_reaches_from_the_lowest_to_the_highest() -> None:
    drawn = line(times(3), [-50, 0, 50])
    assert drawn.path == "0,96 500,50 1000,4"
    assert (drawn.low, drawn.high, drawn.nought) == (-50, 50, 50)
    assert [(point.left, point.width) for point in drawn.points] == [(0, 250), (250, 500), (750, 250)]


def test_what_never_changed_lies_in_the_middle() -> None:
    assert line(times(2), [7, 7]).path == "0,50 1000,50"
    assert line(times(2), [7, 7]).nought is None
    assert line(times(2), [0, 0]).nought == 50


def test_a_single_time_is_now() -> None:
    drawn = line(times(1), [7])
    assert drawn.path == "1000,50"
    assert (drawn.points[0].left, drawn.points[0].width) == (0, WIDTH)


@given(FIGURES)
def test_no_line_leaves_its_drawing_and_no_part_of_it_is_without_a_figure(values: list[int]) -> None:
    drawn = line(times(len(values)), values)
    assert all(0 <= point.x <= WIDTH and 0 <= point.y <= HEIGHT for point in drawn.points)
    assert sum(point.width for point in drawn.points) == WIDTH
    assert all(one.left + one.width == other.left for one, other in pairwise(drawn.points))


@given(st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=130))
def test_no_bar_leaves_its_drawing(values: list[int]) -> None:
    drawn = bars(spans(times(len(values) + 1)), values)
    assert all(bar.top + bar.height == HEIGHT and bar.top >= 0 for bar in drawn.bars)
    assert all((bar.height > 0) == (bar.value > 0) for bar in drawn.bars)
