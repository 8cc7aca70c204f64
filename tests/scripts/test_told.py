"""A document in words, line by line."""

import pytest

from scripts.told import in_words, value_of
from tests.given import MemoryBook, case, payment

VALUES: dict[str, tuple[object, str]] = {
    "nothing": (None, "-"),
    "a text": ("a\x1bb", "a\\x1bb"),
    "a number": (2, "2"),
    "a list": ([{"a": 1, "b": None}, {"a": 2}], "(a 1); (a 2)"),
    "an empty list": ([], "-"),
    "a record": ({"id": "P", "email": None}, "(id P)"),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_told_on_one_line(name: str) -> None:
    value, words = VALUES[name]
    assert value_of(value) == words


def test_what_is_known_is_told_and_nothing_else() -> None:
    book = MemoryBook().deliver(payment(first_name="Test", last_name="User"), case())
    lines = list(in_words(book.shown()))
    assert "pending_reason" not in lines[0]
    assert "payer: PAYER1, Test User" in lines
    assert "cases: case_id PP-1, type dispute, reason non_receipt, open True" in lines


def test_what_people_did_about_goods_is_told() -> None:
    book = MemoryBook().deliver(payment())
    book.acting("ann", lambda acting: acting.fulfill("T1", "DHL 1"))
    assert "goods: sent_by ann, sent_at 2026-11-20T12:00:02Z, note DHL 1" in list(in_words(book.shown()))
