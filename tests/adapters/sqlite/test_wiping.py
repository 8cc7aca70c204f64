"""Wiping: after it nothing that was replaced lies in SQLite's files; who reads for long is waited for."""

import sqlite3
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import insert, update

from adapters.sqlite import wiping
from adapters.sqlite.engine import SqliteEngine, sqlite_engine
from adapters.sqlite.wiping import write_anew
from adapters.tables import INBOX, deliveries

SECRET = b"1 Main Street" * 40


def inbox(path: Path) -> SqliteEngine:
    engine = sqlite_engine(path)
    engine.prepare(INBOX)
    with engine.begin() as connection:
        row = {"received_us": 1, "peer": "", "headers": "[]", "body": SECRET}
        connection.execute(insert(deliveries), [row] * 20)
    with engine.begin() as connection:
        connection.execute(update(deliveries).values(body=b"x" * 900))
    return engine


def left(path: Path) -> int:
    return sum(file.read_bytes().count(b"1 Main Street") for file in path.parent.iterdir())


def test_what_was_replaced_is_nowhere(on_sqlite: str, tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    engine = inbox(path)
    assert left(path) > 0
    assert write_anew(path) is None
    assert left(path) == 0
    engine.dispose()


@pytest.mark.parametrize("seed", range(5))
def test_rows_that_moved_between_pages_left_nothing_behind(on_sqlite: str, tmp_path: Path, seed: int) -> None:
    path, rng = tmp_path / "some.db", Random(seed)
    connection = sqlite3.connect(path, isolation_level=None)
    # Even so: what SQLite overwrites is the row that goes, not where it lay before.
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON")
    connection.execute("CREATE TABLE rows (name TEXT NOT NULL PRIMARY KEY, body TEXT)")
    names = [f"{rng.randrange(10**9)}" for _ in range(300)]
    for name in names:
        body = SECRET.decode()[: rng.randrange(20, 500)]
        connection.execute("INSERT INTO rows VALUES (?, ?)", (name, body))
        connection.execute("UPDATE rows SET name = name || 'x' WHERE name = ?", (rng.choice(names),))
    connection.execute("UPDATE rows SET body = 'x' || substr(body, 99)")
    connection.execute("DELETE FROM rows WHERE body LIKE 'x_%'")
    numbered = connection.execute("SELECT rowid, name FROM rows ORDER BY rowid").fetchall()
    assert write_anew(path) is None
    assert left(path) == 0
    assert connection.execute("SELECT rowid, name FROM rows ORDER BY rowid").fetchall() == numbered
    assert len(numbered) > 10
    assert numbered[-1][0] > len(numbered)  # there are gaps, and they stayed
    connection.close()


def test_whoever_reads_for_long_is_named_by_the_file_that_is_left(
    on_sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiping, "_TRIES_MAX", 2)
    monkeypatch.setattr(wiping, "_WAIT_SECONDS", 0.05)
    path = tmp_path / "inbox.db"
    engine = inbox(path)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM deliveries").fetchall()
    with engine.begin() as connection:
        connection.execute(update(deliveries).values(body=b"y"))
    said = write_anew(path)
    assert said is not None
    assert said.startswith(f"{path}-wal: somebody reads for long")
    reader.close()
    assert write_anew(path) is None
    engine.dispose()
