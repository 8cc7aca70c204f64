"""Turns: the write lock is had as soon as it is free, and who waits in vain is told so in time."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.sqlite.turns import began_writing, is_locked


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """One that holds the lock, and one that wants it."""
    path = tmp_path / "it.db"
    with (
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as holder,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0.001)) as wanting,
    ):
        holder.execute("PRAGMA journal_mode = WAL")
        holder.execute("BEGIN IMMEDIATE")
        yield holder, wanting


def test_it_is_had_when_it_is_let_go(two: tuple[sqlite3.Connection, sqlite3.Connection]) -> None:
    holder, wanting = two
    threading.Timer(0.2, holder.rollback).start()
    assert began_writing(wanting.execute, 30.0)
    assert wanting.in_transaction


def test_who_waits_in_vain_is_told_no(two: tuple[sqlite3.Connection, sqlite3.Connection]) -> None:
    _, wanting = two
    assert not began_writing(wanting.execute, 0.05)
    assert not began_writing(wanting.execute, 0.0)
    with pytest.raises(sqlite3.OperationalError) as caught:
        wanting.execute("BEGIN IMMEDIATE")
    assert is_locked(caught.value)


def test_other_trouble_is_not_waited_for() -> None:
    tried = []

    def execute(statement: str) -> None:
        tried.append(statement)
        raise sqlite3.ProgrammingError("Cannot operate on a closed database.")

    assert not began_writing(execute, 0.2)
    assert tried == ["BEGIN IMMEDIATE"]
    assert not is_locked(None)
