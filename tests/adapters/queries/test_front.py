"""The first page's questions, answered of one state."""

from datetime import timedelta

from adapters.queries.front import DAY, FLOW_HOURS, WEEK, money_moments
from projections.todos.kinds import TodoKind
from tests.adapters.conftest import NOON, Shelf


def test_everything_is_there_of_an_empty_house(shelf: Shelf) -> None:
    front = shelf.queries.front({})
    assert (front.now, front.todos, len(front.flow), front.money.balances) == (NOON, (), FLOW_HOURS, {})
    assert front.sealing["sealed"] == 0


def test_what_has_come_is_told(shelf: Shelf) -> None:
    shelf.turn_away("refused", "receiver: not ours")
    front = shelf.queries.front({})
    assert [each.kind for each in front.todos] == [TodoKind.REFUSED]
    assert sum(hour.refused for hour in front.flow) == 1


def test_the_moments_of_money_are_in_order_and_hold_those_that_are_compared() -> None:
    moments = money_moments(NOON)
    assert list(moments) == sorted(set(moments))
    assert {NOON, NOON - DAY, NOON - WEEK} < set(moments)
    assert moments[-1] == NOON
    assert moments[0] == NOON.replace(day=22, month=10, hour=0) - timedelta(microseconds=1)
