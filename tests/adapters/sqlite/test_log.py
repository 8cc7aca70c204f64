"""The write-ahead log of a file: it is cut back, and checkpointed by whoever writes, at one size for all."""

import sqlite3
from pathlib import Path

from adapters.sqlite.log import PRAGMAS


def test_a_log_is_checkpointed_seldom_and_never_grows_for_ever(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "house.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    for pragma in PRAGMAS:
        connection.execute(pragma)
    connection.execute("CREATE TABLE rows (body BLOB)")
    log, largest = tmp_path / "house.db-wal", 0
    for _ in range(400):
        connection.execute("INSERT INTO rows VALUES (zeroblob(200000))")
        largest = max(largest, log.stat().st_size)
    connection.close()
    assert 4_000 * 4_096 < largest < 2 * 4_000 * 4_096
