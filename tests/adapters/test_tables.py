from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, MetaData, inspect

from adapters.engines import prepare
from adapters.sqlite.engine import SqliteEngine, sqlite_engine
from adapters.tables import BOOK, INBOX, deliveries


@pytest.fixture
def engine(on_sqlite: str, tmp_path: Path) -> Iterator[SqliteEngine]:
    engine = sqlite_engine(tmp_path / "any.db")
    yield engine
    engine.dispose()


@pytest.mark.parametrize("metadata", [INBOX, BOOK], ids=["inbox", "book"])
def test_the_tables_are_made_as_they_are_said(engine: SqliteEngine, metadata: MetaData) -> None:
    prepare(engine, metadata)
    made = inspect(engine)
    assert set(made.get_table_names()) == set(metadata.tables)
    for name, table in metadata.tables.items():
        assert {column["name"] for column in made.get_columns(name)} == {
            column.name for column in table.columns
        }
        assert {index["name"] for index in made.get_indexes(name)} == {index.name for index in table.indexes}


def test_inbox_and_book_share_no_table() -> None:
    assert not set(INBOX.tables) & set(BOOK.tables)


def test_times_are_whole_microseconds() -> None:
    columns = [
        c for m in (INBOX, BOOK) for t in m.tables.values() for c in t.columns if c.name.endswith("_us")
    ]
    assert columns
    assert all(isinstance(column.type, BigInteger) for column in columns)


def test_the_number_of_a_purged_delivery_is_not_given_again(engine: SqliteEngine) -> None:
    prepare(engine, INBOX)
    row = {"received_us": 1, "peer": "", "headers": "[]", "body": b"a"}
    for expected in (1, 2):
        with engine.begin() as connection:
            assert connection.execute(deliveries.insert().values(row)).inserted_primary_key == (expected,)
            connection.execute(deliveries.delete())
