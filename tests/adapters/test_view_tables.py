"""The views' tables as queries read them."""

from collections import Counter

from sqlalchemy import BigInteger, LargeBinary

from adapters.tables import BOOK, INBOX
from adapters.view_tables import VIEWS
from adapters.views.registry import PROJECTIONS


def test_every_view_is_one_projections() -> None:
    owners = Counter(name for projection in PROJECTIONS.values() for name in projection.tables)
    assert owners == dict.fromkeys(VIEWS.tables, 1)


def test_no_view_has_the_name_of_a_table() -> None:
    assert not set(VIEWS.tables) & (set(BOOK.tables) | set(INBOX.tables))


def test_names_of_indexes_are_given_once() -> None:
    names = Counter(index.name for table in VIEWS.tables.values() for index in table.indexes)
    assert set(names.values()) <= {1}


def test_every_view_has_a_key_to_be_told_by() -> None:
    assert all(list(table.primary_key) for table in VIEWS.tables.values())


def test_times_are_whole_microseconds() -> None:
    columns = [c for t in VIEWS.tables.values() for c in t.columns if c.name.endswith("_us")]
    assert columns
    assert all(isinstance(column.type, BigInteger) for column in columns)


def test_no_state_is_kept_beside_the_book() -> None:
    blobs = {c.name for t in VIEWS.tables.values() for c in t.columns if isinstance(c.type, LargeBinary)}
    assert "state" not in blobs
