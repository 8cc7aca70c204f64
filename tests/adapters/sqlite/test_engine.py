import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from adapters.engines import StoreError, prepare, store_errors
from adapters.layouts import SCHEMA_VERSION
from adapters.sqlite.engine import SqliteEngine, sqlite_engine
from adapters.tables import BOOK, INBOX, positions

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import os, sys
from pathlib import Path
from adapters.engines import StoreError, prepare
from adapters.sqlite.engine import sqlite_engine
from adapters.layouts import SCHEMA_VERSION
from adapters.tables import INBOX
engine = sqlite_engine(Path(sys.argv[1]))
if os.geteuid() == 0 and sys.argv[2:] == ["as nobody"]:
    os.setgid(65534)
    os.setuid(65534)
print("ready", flush=True)
sys.stdin.readline()
try:
    prepare(engine, INBOX)
except StoreError as error:
    print(error)
    sys.exit(3)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "of a shop" / "counterfoil.inbox.db"


@pytest.fixture
def engine(path: Path) -> Iterator[SqliteEngine]:
    engine = sqlite_engine(path, busy_seconds=0.1)
    yield engine
    engine.dispose()


@contextmanager
def opened(path: Path) -> Iterator[SqliteEngine]:
    engine = sqlite_engine(path)
    yield engine
    engine.dispose()


def preparing(path: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PREPARE, str(path), *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def insert(engine: SqliteEngine, body: bytes = b"a=b") -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO deliveries (received_us, peer, headers, body) VALUES (1, '', '[]', ?)", (body,)
        )


def count(engine: SqliteEngine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM deliveries").scalar_one())


def refusal(engine: SqliteEngine) -> StoreError:
    with pytest.raises(StoreError) as caught:
        prepare(engine, INBOX)
    text = str(caught.value)
    assert str(engine.url.database) in text
    assert len(text.splitlines()) == 1
    return caught.value


def test_a_missing_folder_is_made_and_nobody_else_may_read_it(engine: SqliteEngine, path: Path) -> None:
    prepare(engine, INBOX)
    insert(engine)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


def test_what_is_there_is_kept(engine: SqliteEngine) -> None:
    prepare(engine, INBOX)
    insert(engine)
    prepare(engine, INBOX)
    assert count(engine) == 1


@pytest.mark.parametrize(("durable", "synchronous"), [(True, 2), (False, 1)])
def test_every_connection_is_set_up(path: Path, durable: bool, synchronous: int) -> None:  # noqa: FBT001
    engine = sqlite_engine(path, durable=durable)
    prepare(engine, INBOX)
    wanted: dict[str, Any] = {"journal_mode": "wal", "synchronous": synchronous, "foreign_keys": 1}
    wanted |= {"busy_timeout": 10_000, "user_version": SCHEMA_VERSION}
    wanted |= {"wal_autocheckpoint": 4_000, "journal_size_limit": 2**26}
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
            assert found == wanted
    engine.dispose()


def test_pages_that_are_given_up_need_not_be_written_once_more(path: Path) -> None:
    engine = sqlite_engine(path, overwrites=False)
    prepare(engine, INBOX)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 2
    engine.dispose()


def test_a_writer_holds_the_lock_from_its_first_moment_and_readers_go_on(engine: SqliteEngine) -> None:
    prepare(engine, INBOX)
    with engine.begin():
        with pytest.raises(StoreError, match="locked") as caught, store_errors(engine):
            insert(engine)
        assert caught.value.locked
        assert count(engine) == 0
    insert(engine)
    assert count(engine) == 1


def test_a_reader_sees_one_state_of_the_file(engine: SqliteEngine) -> None:
    prepare(engine, INBOX)
    with engine.connect() as reader:
        query = "SELECT count(*) FROM deliveries"
        assert reader.exec_driver_sql(query).scalar_one() == 0
        insert(engine)
        assert reader.exec_driver_sql(query).scalar_one() == 0
    assert count(engine) == 1


def test_how_long_one_writer_waits_is_not_how_long_the_next_waits(engine: SqliteEngine, path: Path) -> None:
    prepare(engine, INBOX)
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    letting_go = threading.Timer(0.5, holder.rollback)  # five times as long as the engine waits
    letting_go.start()
    with engine.begin(busy_seconds=30.0):
        letting_go.join()
    holder.execute("BEGIN IMMEDIATE")
    in_vain = threading.Timer(20.0, holder.rollback)  # long after a tenth of a second, long before 30 of them
    in_vain.start()
    with pytest.raises(StoreError, match="held it locked") as caught, store_errors(engine):
        insert(engine)
    assert caught.value.locked
    in_vain.cancel()
    holder.close()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 100


def test_eight_processes_may_prepare_at_once(path: Path) -> None:
    processes = [preparing(path) for _ in range(8)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [(process.communicate(timeout=30)[0], process.returncode) for process in processes] == [
        ("", 0)
    ] * 8


def test_a_newer_version_is_refused(engine: SqliteEngine) -> None:
    prepare(engine, INBOX)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    assert "newer version" in str(refusal(engine))


def test_a_file_of_something_else_is_refused(engine: SqliteEngine, path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"Dear diary, today I sold a book. " * 400)
    assert "damaged" in str(refusal(engine))
    assert path.read_bytes().startswith(b"Dear diary")


@pytest.mark.parametrize("damage", ["cut", "overwritten"])
def test_a_damaged_file_is_refused(path: Path, damage: str) -> None:
    whole = sqlite_engine(path)
    prepare(whole, INBOX)
    for _ in range(50):
        insert(whole, os.urandom(4000))
    whole.dispose()
    data = path.read_bytes()
    assert len(data) > 100_000
    path.write_bytes(data[:50_000] if damage == "cut" else data[:40_000] + b"\xff" * 30_000 + data[70_000:])
    engine = sqlite_engine(path)
    assert "damaged" in str(refusal(engine))
    engine.dispose()


def test_a_folder_in_the_place_of_the_file_is_refused(engine: SqliteEngine, path: Path) -> None:
    path.mkdir(parents=True)
    assert "cannot be opened" in str(refusal(engine))


def test_a_file_in_the_place_of_the_folder_is_refused(engine: SqliteEngine, path: Path) -> None:
    path.parent.parent.mkdir()
    path.parent.write_text("not a folder")
    assert "cannot be opened" in str(refusal(engine))


@pytest.mark.parametrize("closed", ["file", "folder"])
def test_without_the_right_to_write_it_is_refused(closed: str) -> None:
    # Not in pytest's own folder: another user could not even look into that.
    with TemporaryDirectory() as folder:
        path = Path(folder) / "some.db"
        if closed == "file":
            with opened(path) as engine:
                prepare(engine, INBOX)
            path.chmod(0o444)
        Path(folder).chmod(0o555)
        process = preparing(path, "as nobody")
        out, _ = process.communicate("go\n", timeout=30)
        Path(folder).chmod(0o700)
    assert process.returncode == 3
    assert str(path) in out
    assert "right to write" in out


def test_a_lock_that_stays_is_said(engine: SqliteEngine, path: Path) -> None:
    prepare(engine, INBOX)
    with opened(path) as other, other.begin():
        error = refusal(engine)
    assert error.locked
    assert "another process" in str(error)


def test_a_full_disk_is_said(engine: SqliteEngine) -> None:
    event.listen(
        engine, "connect", lambda connection, _entry: connection.execute("PRAGMA max_page_count = 1")
    )
    assert "make room" in str(refusal(engine))


def test_an_error_never_quotes_what_was_to_be_stored(engine: SqliteEngine) -> None:
    prepare(engine, INBOX)
    with pytest.raises(OperationalError) as caught, engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (?)", ("payer_email=buyer@example.com",))
    assert "buyer" not in str(caught.value)


_WRITES_ONCE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA user_version")
connection.execute("UPDATE positions SET position = position")
connection.close()
"""


def test_preparing_a_file_again_takes_nobody_his_locks(tmp_path: Path) -> None:
    """Who opens and closes a file beside SQLite lets go all locks of the process on it (POSIX)."""
    path = tmp_path / "house.db"
    mine = sqlite_engine(path)
    mine.prepare(BOOK)
    with mine.connect() as connection:
        connection.execute(select(positions)).all()
        again = sqlite_engine(path)
        again.prepare(BOOK)
        again.dispose()
        subprocess.run([sys.executable, "-c", _WRITES_ONCE, str(path)], check=True, timeout=60)
        # Whoever believes that nobody else has the file open removes its log when he goes.
        assert path.with_name("house.db-wal").exists()
    mine.dispose()
