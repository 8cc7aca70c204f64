"""The kinds of to-dos: each comes from somewhere."""

import pytest

from projections.todos.kinds import FROM_DELIVERIES, FROM_TRANSACTIONS, Todo, TodoKind


def test_each_kind_comes_from_one_place() -> None:
    assert sorted([*FROM_TRANSACTIONS, *FROM_DELIVERIES, TodoKind.DRIFT]) == sorted(TodoKind)


@pytest.mark.parametrize("part", ["", "PP-1"])
def test_a_to_do_is_known_by_its_kind_and_part(part: str) -> None:
    assert Todo(kind=TodoKind.ANSWER_CASE, part=part, what="it").key == (TodoKind.ANSWER_CASE, part)
