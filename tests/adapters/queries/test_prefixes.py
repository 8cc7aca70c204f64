"""How a text begins, asked as a range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert, select

from adapters.queries.prefixes import _after, begins_with

NAMES = Table("names", MetaData(), Column("name", Text, primary_key=True))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


@given(TEXTS, TEXTS)
def test_the_end_of_a_range_lies_just_beyond_all_that_begin_so(prefix: str, text: str) -> None:
    end = _after(prefix)
    if end is None:
        assert prefix.strip("\U0010ffff") == ""
    else:
        assert (prefix.encode() <= text.encode() < end.encode()) == text.startswith(prefix)


@pytest.mark.parametrize("prefix", ["a", "ab", "%", "_", "\ud7ff", "\U0010ffff", "a\U0010ffff", "'; --"])
def test_what_begins_so_is_found_and_nothing_else(prefix: str) -> None:
    names = ["", "A", "a", "ab", "abc", "b", "%x", "_x", "\ud7ffx", "\U0010ffffx", "a\U0010ffffx", "'; --"]
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        NAMES.create(connection)
        connection.execute(insert(NAMES), [{"name": name} for name in names])
        found = connection.execute(select(NAMES).where(begins_with(NAMES.c.name, prefix))).scalars().all()
    engine.dispose()
    assert set(found) == {name for name in names if name.startswith(prefix)}
