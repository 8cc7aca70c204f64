"""Shapes: what the small words let through."""

from enum import StrEnum
from typing import Any

import jsonschema_rs
import pytest

from adapters.api.openapi_shapes import COUNT, MONEY, TEXT, counts, many, or_null, page, record, ref, words


class Word(StrEnum):
    YES = "yes"
    NO = "no"


def fits(schema: dict[str, Any], value: object) -> bool:
    return bool(jsonschema_rs.Draft202012Validator(schema).is_valid(value))


def test_a_record_has_all_its_fields_and_some_perhaps() -> None:
    schema = record({"note": TEXT}, n=COUNT)
    assert fits(schema, {"n": 1})
    assert fits(schema, {"n": 1, "note": "x", "of a later version": None})
    assert not fits(schema, {"note": "x"})
    assert not fits(schema, {"n": 1, "note": 2})
    assert not fits(schema, None)


def test_null_is_one_only_where_it_is_said() -> None:
    assert fits(or_null(record(n=COUNT)), None)
    assert fits(or_null(record(n=COUNT)), {"n": 0})
    assert not fits(or_null(record(n=COUNT)), {})


@pytest.mark.parametrize(
    ("amount", "good"),
    [("19.95", True), ("-5", True), (None, True), (19.95, False), ("", False), ("1_0", False)],
)
def test_money_is_a_decimal_in_a_text(amount: object, good: bool) -> None:  # noqa: FBT001 - what is tested
    assert fits(MONEY, amount) is good


def test_words_are_those_of_the_list() -> None:
    assert fits(words(Word), "yes")
    assert not fits(words(Word), "maybe")
    assert fits(counts(Word), {"yes": 0, "no": 3})
    assert not fits(counts(Word), {"yes": 0})


def test_a_page_is_many_and_leads_to_the_next() -> None:
    assert page("Todo")["properties"]["items"] == many(ref("Todo"))
    assert set(page("Todo")["required"]) == {"items", "next"}
