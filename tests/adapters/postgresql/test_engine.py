"""PostgreSQL's engine over a real server: in turn, of one state, made once, and its trouble in one line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, func, inspect, select, update
from sqlalchemy.exc import DBAPIError

from adapters.engines import StoreError, prepare, store_errors
from adapters.layouts import SCHEMA_VERSION
from adapters.postgresql.engine import PostgresqlEngine, postgresql_engine
from adapters.postgresql.locks import Lock
from adapters.postgresql.tables import layout
from adapters.slots import KEEP_READERS_OFF, read_from
from adapters.tables import BOOK, INBOX, heartbeats
from adapters.view_tables import VIEWS
from tests.engines import database_in

ROOT = Path(__file__).resolve().parents[3]
BEAT = {"worker": "w/1", "beat_us": 1, "detail": "{}"}


@pytest.fixture
def engine(on_postgresql: str, tmp_path: Path) -> Iterator[PostgresqlEngine]:
    engine = postgresql_engine(database_in(tmp_path), lock=Lock.VIEWS)
    yield engine
    engine.dispose()


def beats(engine: PostgresqlEngine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(heartbeats)).scalar_one()


def status_of(connection: Connection) -> TransactionStatus:
    driver: Any = connection.connection.dbapi_connection
    return TransactionStatus(driver.pgconn.transaction_status)


def test_who_writes_is_waited_for_and_then_given_up(engine: PostgresqlEngine) -> None:
    with engine.begin() as connection:
        connection.execute(heartbeats.insert().values(BEAT))
        with (
            pytest.raises(StoreError, match="locked for too long") as caught,
            store_errors(engine),
            engine.begin(busy_seconds=0.05),
        ):
            pass
    assert caught.value.locked
    assert not caught.value.away
    assert beats(engine) == 1
    with engine.begin(busy_seconds=0.05) as connection:
        connection.execute(heartbeats.delete())


def test_parts_do_not_wait_for_each_other(engine: PostgresqlEngine) -> None:
    with (
        engine.begin(),
        engine.begin(lock=Lock.BOOK, busy_seconds=0.05),
        engine.begin(lock=Lock.INBOX, busy_seconds=0.05),
    ):
        assert beats(engine) == 0


def test_who_waits_in_time_gets_its_turn(engine: PostgresqlEngine) -> None:
    begun, written = Event(), []

    def write() -> None:
        begun.set()
        with engine.begin() as connection:
            written.append(connection.execute(select(func.count()).select_from(heartbeats)).scalar_one())

    with engine.begin() as connection:
        other = Thread(target=write)
        other.start()
        begun.wait(10)
        connection.execute(heartbeats.insert().values(BEAT))
    other.join(10)
    assert written == [1]


def test_who_reads_sees_one_state_and_writes_nothing(engine: PostgresqlEngine) -> None:
    with engine.connect() as reading:
        count = select(func.count()).select_from(heartbeats)
        assert reading.execute(count).scalar_one() == 0
        with engine.begin() as connection:
            connection.execute(heartbeats.insert().values(BEAT))
        assert reading.execute(count).scalar_one() == 0
        with pytest.raises(DBAPIError, match="read-only"):
            reading.execute(heartbeats.delete())
    assert beats(engine) == 1


def test_who_reads_singly_is_in_no_transaction(engine: PostgresqlEngine) -> None:
    count = select(func.count()).select_from(heartbeats)
    with engine.read_singly() as reading:
        assert reading.execute(count).scalar_one() == 0
        assert status_of(reading) == TransactionStatus.IDLE
        with engine.begin() as connection:
            # Who switches views waits for other readers, and not for this one.
            for statement in KEEP_READERS_OFF["postgresql"]:
                connection.exec_driver_sql(statement)
            connection.execute(heartbeats.insert().values(BEAT))
            assert reading.execute(count).scalar_one() == 0
        assert reading.execute(count).scalar_one() == 1
    # Whoever has the connection next begins as everybody does.
    with engine.connect() as one, engine.connect() as another:
        for reading in (one, another):
            reading.execute(count)
            assert status_of(reading) == TransactionStatus.INTRANS


def test_commits_are_synced_where_it_matters(engine: PostgresqlEngine, tmp_path: Path) -> None:
    for durable, expected in ((True, "on"), (False, "off")):
        one = postgresql_engine(database_in(tmp_path), durable=durable)
        with one.begin() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == expected
        one.dispose()


def test_nothing_is_read_half_while_another_slot_is_switched_to(engine: PostgresqlEngine) -> None:
    with engine.connect() as reading:
        reading.execute(select(func.count()).select_from(heartbeats))
        with (
            pytest.raises(StoreError) as caught,
            store_errors(engine),
            engine.begin() as connection,
        ):
            read_from(connection, ["transactions"], "b")
    assert caught.value.locked
    with engine.begin() as connection:
        read_from(connection, ["transactions"], "b")
    with engine.connect() as reading:
        said = reading.exec_driver_sql("SELECT pg_get_viewdef('transactions'::regclass)").scalar_one()
    assert "transactions_b" in said


def test_a_brief_reader_waits_for_nobody(engine: PostgresqlEngine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE heartbeats IN ACCESS EXCLUSIVE MODE")
        with (
            pytest.raises(StoreError),
            store_errors(engine),
            engine.read_briefly(0.05) as reading,
        ):
            reading.execute(select(heartbeats))


def test_a_write_of_nothing_is_a_write(engine: PostgresqlEngine, tmp_path: Path) -> None:
    engine.write_nothing(1.0)
    with psycopg.connect(database_in(tmp_path), autocommit=True) as other:
        row = other.execute("SELECT current_database()").fetchone()
        assert row is not None
        other.execute(f'ALTER DATABASE "{row[0]}" SET default_transaction_read_only = on')
    engine.dispose()
    with pytest.raises(DBAPIError, match="read-only"):
        engine.write_nothing(1.0)


def test_a_new_database_is_of_todays_layout(engine: PostgresqlEngine) -> None:
    with engine.connect() as connection:
        versions = {row.part: row.version for row in connection.execute(select(layout))}
    assert versions == {"inbox": SCHEMA_VERSION, "book": SCHEMA_VERSION}
    made = inspect(engine)
    assert set(made.get_view_names()) == set(VIEWS.tables)
    assert set(made.get_table_names()) == {*INBOX.tables, *BOOK.tables, "layout", "stored_events"}


def test_a_newer_layout_is_refused(engine: PostgresqlEngine) -> None:
    with engine.begin() as connection:
        connection.execute(update(layout).values(version=SCHEMA_VERSION + 1))
    with pytest.raises(
        StoreError, match=r"^postgresql://.* written by a newer version \(schema \d+, this one"
    ):
        prepare(engine, BOOK)


PREPARE = """
import sys
from adapters.databases import database_of
database = database_of(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
database.prepare()
"""


def test_eight_processes_may_make_the_tables_at_once(on_postgresql: str, tmp_path: Path) -> None:
    address = database_in(tmp_path, empty=True)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PREPARE, address],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(8)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    ended = [process.communicate("go\n", timeout=60)[1] for process in processes]
    assert ended == [""] * 8
    engine = postgresql_engine(address)
    assert set(inspect(engine).get_view_names()) == set(VIEWS.tables)
    engine.dispose()


def test_a_database_in_another_encoding_is_refused(on_postgresql: str, tmp_path: Path) -> None:
    address = database_in(tmp_path)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    engine = postgresql_engine(address.replace(address_name(address), "ascii"))
    try:
        with pytest.raises(StoreError, match="its encoding is SQL_ASCII: create the database with ENCODING"):
            prepare(engine, BOOK)
    finally:
        engine.dispose()
        with psycopg.connect(address, autocommit=True) as other:
            other.execute("DROP DATABASE ascii")


def address_name(address: str) -> str:
    with psycopg.connect(address) as connection:
        return connection.info.dbname


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("no_such_database", "does not exist"),
        ("x" * 60, "does not exist"),
    ],
)
def test_a_database_that_is_not_there_is_one_clear_line(
    on_postgresql: str, tmp_path: Path, change: str, words: str
) -> None:
    address = database_in(tmp_path)
    engine = postgresql_engine(address.replace(address_name(address), change))
    with pytest.raises(StoreError, match=words) as caught:
        prepare(engine, BOOK)
    assert "\n" not in str(caught.value)


def test_nobody_is_told_a_password_or_what_was_stored(engine: PostgresqlEngine) -> None:
    closed = postgresql_engine("postgresql://ann:s3cret@127.0.0.1:1/shop")
    with pytest.raises(StoreError) as caught:
        prepare(closed, BOOK)
    assert str(caught.value).startswith("postgresql://ann@127.0.0.1:1/shop: it cannot be reached")
    assert caught.value.away
    assert "s3cret" not in repr((caught.value, caught.value.__cause__, closed))
    with pytest.raises(StoreError) as caught, store_errors(engine), engine.begin() as connection:
        connection.execute(heartbeats.insert().values({**BEAT, "worker": None, "detail": "Ann's street"}))
    assert "Ann" not in repr(caught.value)


def test_connections_that_the_server_ended_are_made_anew(engine: PostgresqlEngine, tmp_path: Path) -> None:
    assert beats(engine) == 0
    with psycopg.connect(database_in(tmp_path), autocommit=True) as other:
        # It is waited for: until its goodbye has come, who spoke a moment ago is taken to be there.
        other.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert beats(engine) == 0


def test_a_child_does_not_speak_over_its_parents_socket(engine: PostgresqlEngine) -> None:
    def backend() -> int:
        with engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())

    ours = backend()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        os.write(writing, str(backend()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as said:
        theirs = int(said.read())
    assert theirs != ours
    assert backend() == ours


def test_a_clock_that_differs_is_known(engine: PostgresqlEngine) -> None:
    behind = engine.clock_ahead_seconds(lambda: datetime.now(UTC) - timedelta(hours=1))
    assert 3590 < behind < 3610
    assert abs(engine.clock_ahead_seconds(lambda: datetime.now(UTC))) < 5
