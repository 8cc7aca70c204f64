"""Pieces of operations: each has what OpenAPI asks of it."""

from adapters.api.asking import LIMIT_DEFAULT, LIMIT_MAX
from adapters.api.openapi_pieces import (
    ACTING,
    ERRORS,
    LIMIT,
    READING,
    answers,
    listed,
    one,
    operation,
    place,
    probe,
    query,
)
from adapters.api.openapi_shapes import TEXT


def test_every_error_that_is_named_has_its_words() -> None:
    assert {*READING, *ACTING} <= set(ERRORS)
    told = answers(one("Status", "As of now."), READING)
    assert set(told) == {"200", "400", "401", "503"}
    assert all(answer["description"] for answer in told.values())


def test_a_list_is_json_or_csv() -> None:
    assert set(listed("TodoPage", "A page.")["200"]["content"]) == {"application/json", "text/csv"}


def test_parameters_say_where_they_stand() -> None:
    assert (query("q", TEXT, "x")["in"], place("p", TEXT, "x")["in"]) == ("query", "path")
    assert place("p", TEXT, "x")["required"] is True
    assert (LIMIT["schema"]["maximum"], LIMIT["schema"]["default"]) == (LIMIT_MAX, LIMIT_DEFAULT)


def test_a_probe_is_open_and_its_head_has_no_body() -> None:
    told = probe("Alive?", {"200": {"description": "Yes.", "content": {"text/plain": {}}}})
    assert told["get"]["security"] == told["head"]["security"] == []
    assert told["head"]["responses"] == {"200": {"description": "Yes."}}
    assert "security" not in operation("x", {})
