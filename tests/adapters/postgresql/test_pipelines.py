"""Pipelines: one wait for many statements, and the errors that single statements would have."""

import logging
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from adapters.engines import Said, StoreError, store_errors
from adapters.postgresql.connection import answering_within
from adapters.postgresql.engine import PostgresqlEngine, postgresql_engine
from adapters.postgresql.locks import Lock
from adapters.postgresql.pipelines import in_a_pipeline
from adapters.tables import heartbeats
from tests.engines import database_in

INSERT = "INSERT INTO heartbeats (worker, beat_us, detail) SELECT *, 1, '{}' FROM unnest(%s::text[])"


@pytest.fixture
def engine(on_postgresql: str, tmp_path: Path) -> Iterator[PostgresqlEngine]:
    engine = postgresql_engine(database_in(tmp_path), lock=Lock.VIEWS)
    yield engine
    engine.dispose()


def beats(*workers: str) -> list[Said]:
    return [(INSERT, [[worker]]) for worker in workers]


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(heartbeats)).scalar_one()


def test_none_waits_for_the_answer_to_the_one_before(engine: PostgresqlEngine, tmp_path: Path) -> None:
    """The first waits for a lock that is let go when all others are on their way."""
    with psycopg.connect(database_in(tmp_path)) as other, engine.begin(busy_seconds=5) as connection:
        other.execute("SELECT pg_advisory_lock(1)")

        def statements() -> Iterator[Said]:
            yield "SELECT pg_advisory_xact_lock(1)", []
            yield from beats("w/1", "w/2", "w/3")
            other.execute("SELECT pg_advisory_unlock(1)")

        in_a_pipeline(connection, statements())  # type: ignore[arg-type]  # one after the other, as it asks
        assert count(connection) == 3


@pytest.mark.parametrize("statements", [beats("w/1", "w/2", "w/1", "w/3"), beats("w/1", "w/1")])
def test_the_first_that_fails_is_told_and_none_after_it_runs(
    engine: PostgresqlEngine, statements: list[Said]
) -> None:
    with engine.begin() as connection:
        with pytest.raises(IntegrityError) as caught, connection.begin_nested():
            in_a_pipeline(connection, statements)
        assert getattr(caught.value.orig, "sqlstate", None) == "23505"
        assert count(connection) == 0
        in_a_pipeline(connection, beats("w/1"))
    with engine.connect() as connection:
        assert count(connection) == 1


def test_what_the_driver_refuses_is_told_the_same_way(engine: PostgresqlEngine) -> None:
    with engine.begin() as connection:
        with pytest.raises(DBAPIError, match="null character"), connection.begin_nested():
            in_a_pipeline(connection, beats("w/1", "w/\x00", "w/2"))
        assert count(connection) == 0


def test_what_was_prepared_in_vain_is_prepared_anew(engine: PostgresqlEngine) -> None:
    """The driver takes a statement for prepared when it is sent; after an error the server hears no more."""
    delete: Said = ("DELETE FROM heartbeats WHERE worker = ANY(%s::text[])", [["w/1"]])
    with engine.begin() as connection:
        # Once, so that rolling back to a savepoint is not new to the driver: it would begin anew with it.
        with pytest.raises(IntegrityError), connection.begin_nested():
            in_a_pipeline(connection, beats("w/1", "w/1"))
        for _ in range(5):
            in_a_pipeline(connection, [delete])
    with engine.begin() as connection:
        with pytest.raises(IntegrityError), connection.begin_nested():
            in_a_pipeline(connection, [*beats("w/1", "w/1"), delete])
        in_a_pipeline(connection, [delete, *beats("w/1")])
        assert count(connection) == 1


def test_two_errors_at_once_leave_no_word_of_theirs_in_a_log(
    engine: PostgresqlEngine, caplog: pytest.LogCaptureFixture
) -> None:
    """One that the driver refuses while the server has refused another already."""
    with caplog.at_level(logging.DEBUG), engine.begin() as connection:
        with pytest.raises(DBAPIError), connection.begin_nested():
            in_a_pipeline(connection, beats("Ann", "Ann", "w/\x00"))
        assert count(connection) == 0
    assert "Ann" not in caplog.text


def test_where_one_connection_is_lost_the_others_are_made_anew(engine: PostgresqlEngine) -> None:
    with engine.connect() as one, engine.connect() as other:
        before = {one.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()}
        before |= {other.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()}
    # A server that became a standby in between answers, and takes nothing.
    became = "DO $$ BEGIN RAISE EXCEPTION 'read-only' USING ERRCODE = '25006'; END $$"
    with pytest.raises(DBAPIError), engine.begin() as connection:
        in_a_pipeline(connection, [*beats("w/1"), (became, [])])
    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() not in before


def test_a_connection_that_the_server_ends_is_told_and_used_no_more(engine: PostgresqlEngine) -> None:
    end: Said = ("SELECT pg_terminate_backend(pg_backend_pid())", [])
    with (
        pytest.raises(StoreError) as caught,
        store_errors(engine),
        engine.begin() as connection,
    ):
        in_a_pipeline(connection, [*beats("w/1"), end, *beats("w/2")])
    assert caught.value.away
    assert isinstance(caught.value.__cause__, OperationalError)
    with engine.connect() as connection:
        assert count(connection) == 0


def test_a_server_that_hangs_in_the_middle_is_given_up(engine: PostgresqlEngine, tmp_path: Path) -> None:
    def write() -> None:
        with store_errors(engine), engine.begin() as connection, answering_within(connection, 0.3):
            in_a_pipeline(connection, [("SELECT 1", []), *beats("w/1", "w/2")])

    with psycopg.connect(database_in(tmp_path)) as other:
        other.execute("LOCK TABLE heartbeats IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StoreError) as caught:
            write()
    assert caught.value.away
    with engine.connect() as connection:
        assert count(connection) == 0
