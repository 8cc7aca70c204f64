"""A private place for rows that are told anew: a file of SQLite's own, which goes with the connection."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable

from adapters import slots
from adapters.tables import set_aside
from adapters.view_tables import VIEWS

# What tells to-dos looks for those of a transaction; all else is found by its key.
_INDEXES: Final = frozenset({f"todos_txn_id_{slots.FIRST}"})
_PRAGMAS: Final = ("synchronous = OFF", "journal_mode = MEMORY", "cache_size = -200000")


@contextmanager
def private_store() -> Iterator[Connection]:
    """Empty tables of the views in their first slot, and of streams set aside."""
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect("", isolation_level=None), poolclass=StaticPool
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    try:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None, "connected"
            for pragma in _PRAGMAS:
                driver.execute(f"PRAGMA {pragma}")
            for made in (*slots.tables(VIEWS.tables, slots.FIRST).values(), set_aside):
                connection.execute(CreateTable(made))
                for index in made.indexes:
                    if index.name in _INDEXES:
                        connection.execute(CreateIndex(index))
            yield connection
    finally:
        engine.dispose()
