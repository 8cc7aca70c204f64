"""Cursors: what was given out is read back, everything else is refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.queries.paging import BadCursorError, Place, read_cursor, write_cursor

numbers = st.integers(-(2**63) + 1, 2**63 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)


@given(numbers, texts)
def test_a_cursor_names_the_place_it_was_made_of(number: int, text: str) -> None:
    place = Place(number, text)
    assert read_cursor("list", write_cursor("list", place)) == place


def test_a_cursor_of_another_list_is_none_of_this_one() -> None:
    with pytest.raises(BadCursorError):
        read_cursor("transactions", write_cursor("notifications", Place(4)))


@given(st.text(max_size=80))
def test_any_text_at_all_is_a_cursor_or_refused(text: str) -> None:
    with pytest.raises(BadCursorError):
        read_cursor("list", text)


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"[]",
        b'["list",1]',
        b'["list","1","a"]',
        b'["list",true,"a"]',
        b'["list",1.5,"a"]',
        b'["list",9223372036854775808,"a"]',
        b'["list",1,"\\u0000"]',
        b'["list",1,"\\ud800"]',
        b'["list",1,"a"',
        b"\xff\xfe",
        b"[" * 1000,
    ],
)
def test_well_packed_nonsense_is_refused(packed: bytes) -> None:
    with pytest.raises(BadCursorError):
        read_cursor("list", base64.urlsafe_b64encode(packed).rstrip(b"=").decode())
