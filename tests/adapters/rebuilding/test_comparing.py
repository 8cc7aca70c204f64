"""Comparing two slots: every row that differs is counted, and named by its key and columns."""

from typing import Any

import pytest
from sqlalchemy import insert

from adapters.rebuilding import comparing
from adapters.rebuilding.comparing import SHOWN_MAX, Comparison, Difference, compare
from adapters.slots import table
from adapters.views.registry import PROJECTIONS
from tests.adapters.conftest import Shelf


def write(shelf: Shelf, name: str, slot: str, *rows: dict[str, Any]) -> None:
    with shelf.book.begin() as book:
        book.execute(insert(table(name, slot)), list(rows))


def compared(shelf: Shelf, projection: str, live: str = "a", new: str = "b") -> Comparison:
    with shelf.book.connect() as book:
        return compare(book, PROJECTIONS[projection], 5, live, new)


def identity(txn_id: str, follows: str = "T0") -> dict[str, Any]:
    return {"txn_id": txn_id, "follows": follows}


def origin(n: int, position: int, **columns: Any) -> dict[str, Any]:
    return {"n": n, "position": position, "stream": "T", "version": 1, "type": "X"} | columns


def test_the_same_rows_do_not_differ(shelf: Shelf) -> None:
    for slot in "ab":
        write(shelf, "identities", slot, identity("R1"), identity("R2"))
    assert compared(shelf, "identities") == Comparison("identities", 5, 2, 0, 0, ())


def test_what_differs_is_looked_for_only_where_anything_does(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"id": "ship:T1", "kind": "ship", "since_us": 1, "what": "x", "open": True, "note": None}
    for slot in "ab":
        write(shelf, "todos", slot, row)
    monkeypatch.setattr(comparing, "_only_in", pytest.fail)
    assert compared(shelf, "todos").differences == 0
    monkeypatch.undo()
    write(shelf, "todos", "b", row | {"id": "ship:T2"})
    assert compared(shelf, "todos").differences == 1


def test_rows_of_one_slot_alone_are_missing_or_added(shelf: Shelf) -> None:
    write(shelf, "identities", "a", identity("R1"), identity("R2"))
    write(shelf, "identities", "b", identity("R2"), identity("R3"), identity("R4"))
    found = compared(shelf, "identities")
    assert (found.rows, found.differences) == (3, 3)
    assert found.first == (
        Difference("identities", ("R1",), "missing", ()),
        Difference("identities", ("R3",), "added", ()),
        Difference("identities", ("R4",), "added", ()),
    )
    assert compared(shelf, "identities", "b", "a").differences == 3


def test_a_row_that_changed_is_told_with_its_columns(shelf: Shelf) -> None:
    write(shelf, "notification_events", "a", origin(1, 1), origin(1, 2), origin(2, 3))
    write(shelf, "notification_events", "b", origin(1, 1), origin(1, 2, type="Y", version=2), origin(2, 3))
    assert compared(shelf, "origins").first == (
        Difference("notification_events", (1, 2), "changed", ("version", "type")),
    )


def test_nothing_is_something_else_than_empty(shelf: Shelf) -> None:
    row = {"id": "ship:T1", "kind": "ship", "since_us": 1, "what": "x", "open": True}
    write(shelf, "todos", "a", row | {"note": None, "n": 0})
    write(shelf, "todos", "b", row | {"note": "", "n": 0})
    (found,) = compared(shelf, "todos").first
    assert found.columns == ("note",)


def test_of_very_many_the_first_are_named_and_all_counted(shelf: Shelf) -> None:
    write(shelf, "identities", "a", *(identity(f"R{n:04}") for n in range(100)))
    write(shelf, "identities", "b", *(identity(f"R{n:04}", "T9") for n in range(1, 101)))
    found = compared(shelf, "identities")
    assert (found.differences, len(found.first)) == (101, SHOWN_MAX)
    assert [d.what for d in found.first] == ["missing", "added", *["changed"] * (SHOWN_MAX - 2)]


def test_every_projection_can_be_compared(shelf: Shelf) -> None:
    for name in PROJECTIONS:
        assert compared(shelf, name).differences == 0


def test_streams_set_aside_of_the_new_rows_are_counted(shelf: Shelf) -> None:
    shelf.put_aside("origins", "T1", 1, slot="b")
    shelf.put_aside("origins", "T1", 1, slot="a")
    shelf.put_aside("origins", "T2", 1, slot="a")
    assert compared(shelf, "origins").set_aside == 1
