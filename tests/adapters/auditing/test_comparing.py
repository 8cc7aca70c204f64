"""Two tables side by side: what is missing, one too many, or not the same."""

from collections.abc import Sequence

from adapters.auditing.comparing import compare_rows

COLUMNS, KEYS = ("a", "b", "c"), ("a",)


def found(live: Sequence[tuple[object, ...]], told: Sequence[tuple[object, ...]]) -> list[object]:
    compared = compare_rows(iter(live), iter(told), COLUMNS, KEYS)
    return [(key.get("a"), what) for key, what in compared if what is not None]


def test_what_is_alike_is_no_finding() -> None:
    rows = [("1", 2, None), ("2", 2, b"x")]
    assert found(rows, rows) == []
    assert len(list(compare_rows(iter(rows), iter(rows), COLUMNS, KEYS))) == 2


def test_rows_are_missed_and_turned_away_wherever_they_stand() -> None:
    rows = [("1", 1, 1), ("2", 2, 2), ("3", 3, 3)]
    for gone in rows:
        rest = [row for row in rows if row != gone]
        assert found(rest, rows) == [(gone[0], "the row that the book tells is missing")]
        assert found(rows, rest) == [(gone[0], "the book tells of no such row")]


def test_columns_that_differ_are_named() -> None:
    assert found([("1", 1, 1)], [("1", 2, None)]) == [("1", "not as the book tells it: b, c")]


def test_texts_are_in_the_order_of_their_bytes() -> None:
    astral, private = "\U0001f600", "\uffff"
    assert found([(private, 1, 1)], [(astral, 1, 1)]) == [
        (private, "the book tells of no such row"),
        (astral, "the row that the book tells is missing"),
    ]
