"""What differs between two tellings, field by field."""

from typing import Any

import pytest

from domain.changes import changed_fields

DIFFERENT: dict[str, tuple[dict[str, Any] | None, dict[str, Any], list[tuple[str, Any, Any]]]] = {
    # name: before, after, the fields that changed
    "alike": ({"a": 1, "b": [1]}, {"a": 1, "b": [1]}, []),
    "another value": ({"a": 1, "b": 2}, {"a": 1, "b": 3}, [("b", 2, 3)]),
    "nothing before": (None, {"a": 1, "b": None}, [("a", None, 1)]),
    "a field that is new": ({"a": 1}, {"a": 1, "b": 2}, [("b", None, 2)]),
    "a field that is gone": ({"a": 1, "b": 2}, {"a": 1}, [("b", 2, None)]),
    "in a record": ({"p": {"x": 1, "y": 1}}, {"p": {"x": 1, "y": 2}}, [("p.y", 1, 2)]),
    "a record that is new": ({"p": None}, {"p": {"x": 1}}, [("p.x", None, 1)]),
    "a record that is gone": ({"p": {"x": 1}}, {}, [("p.x", 1, None)]),
    "a record in a record": ({"p": {"q": {"x": 1}}}, {"p": {"q": {"x": 2}}}, [("p.q.x", 1, 2)]),
    "a record in the place of a text": ({"p": "x"}, {"p": {"x": 1}}, [("p", "x", {"x": 1})]),
    "a longer list": ({"l": [{"x": 1}]}, {"l": []}, [("l", [{"x": 1}], [])]),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_differs_is_named_with_both_values(name: str) -> None:
    before, after, changed = DIFFERENT[name]
    assert [(one["field"], one["before"], one["after"]) for one in changed_fields(before, after)] == changed


def test_fields_come_in_the_order_of_the_later_telling() -> None:
    told = changed_fields({"c": 1, "a": 1, "gone": 1}, {"a": 2, "c": 2, "b": 2})
    assert [one["field"] for one in told] == ["a", "c", "b", "gone"]
