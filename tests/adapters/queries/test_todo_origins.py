"""Where to-dos come from: every kind from one place, in the same columns."""

import pytest

from adapters.queries.todo_origins import TodoFilters, origin_of, origins
from projections.todos.kinds import FROM_TRANSACTIONS, TodoKind

NOW = 1_700_000_000_000_000


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (TodoFilters(), 6),
        (TodoFilters(open=True), 5),
        (TodoFilters(open=False), 5),
        *((TodoFilters(kind=kind.value), 2 if kind in FROM_TRANSACTIONS else 1) for kind in TodoKind),
        *((TodoFilters(kind=kind.value, open=False), 1) for kind in TodoKind),
    ],
)
def test_only_the_places_that_have_some_are_asked(filters: TodoFilters, count: int) -> None:
    assert len(list(origins(filters, NOW))) == count


def test_all_tell_the_same_columns() -> None:
    told = [tuple(column.name for column in found.selected_columns) for found in origins(TodoFilters(), NOW)]
    assert set(told) == {told[0]}


@pytest.mark.parametrize("name", ["ship:T1", "answer_case:T1:PP-1", "refused:1", "drift:field:x"])
def test_an_id_names_one_place(name: str) -> None:
    assert origin_of(name, NOW) is not None


@pytest.mark.parametrize("name", ["", "ship", "ship:a b", "refused:0", "refused:1.0", "drift:field"])
def test_what_is_no_id_names_none(name: str) -> None:
    assert origin_of(name, NOW) is None
