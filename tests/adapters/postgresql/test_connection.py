"""A connection that waits no longer than it should, and is nobody else's."""

import os
from collections.abc import Iterator

import psycopg
import pytest

from adapters.postgresql.connecting import connecting
from adapters.postgresql.connection import DIALECT, OwnConnection, OwnDialect
from tests.postgres import Server, running


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One of our own, whose settings are changed."""
    with running(fast=True) as made:
        yield made


@pytest.fixture
def connection(server: Server) -> Iterator[OwnConnection]:
    with connecting(server.url(), {"statement_timeout": "10s"}, answer_seconds=5.0)() as made:
        yield made


def test_an_answer_that_does_not_come_in_time_ends_the_connection(connection: OwnConnection) -> None:
    with (
        connection.answering_within(0.2),
        pytest.raises(psycopg.OperationalError, match=r"no answer within 0\.2 s"),
    ):
        connection.execute("SELECT pg_sleep(5)")
    assert connection.closed


def test_other_trouble_is_told_as_it_is(connection: OwnConnection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        connection.execute("SELECT 1/0")
    assert not connection.closed
    assert connection.answer_seconds == 5.0


def test_who_may_take_long_is_waited_for(connection: OwnConnection) -> None:
    connection.answer_seconds = 0.1
    with connection.answering_within(None):
        assert connection.execute("SELECT pg_sleep(0.3)").rowcount == 1
    assert connection.answer_seconds == 0.1


def keep_again_and_again(server: Server) -> None:
    # A server takes up new settings when it comes to it.
    for _ in range(200):
        with connecting(server.url(), {"statement_timeout": "200ms"}, answer_seconds=1.0)() as connection:
            connection.execute("BEGIN; INSERT INTO kept VALUES (1)")
            connection.commit()


def test_a_commit_waits_for_its_standby_and_calls_nothing_done_before(server: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute("CREATE TABLE kept (n int)")
        admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        admin.execute("SELECT pg_reload_conf()")
        try:
            with pytest.raises(psycopg.OperationalError, match="no answer within 1 s"):
                keep_again_and_again(server)
        finally:
            admin.execute("SET synchronous_commit = local")
            admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
            admin.execute("SELECT pg_reload_conf()")


def test_a_transaction_is_committed_and_one_that_failed_is_not(
    server: Server, connection: OwnConnection
) -> None:
    connection.execute("CREATE TABLE told (n int)")
    connection.execute("BEGIN; INSERT INTO told VALUES (1)")
    connection.commit()
    connection.execute("BEGIN; INSERT INTO told VALUES (2)")
    with pytest.raises(psycopg.errors.DivisionByZero):
        connection.execute("SELECT 1/0")
    connection.commit()
    with psycopg.connect(server.url()) as other:
        assert other.execute("SELECT n FROM told").fetchall() == [(1,)]
    assert connection.execute("SHOW statement_timeout").fetchone() == ("10s",)


def test_another_process_leaves_it_open(connection: OwnConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 1)
    assert [connection.is_ours] == [False]
    connection.close()
    monkeypatch.undo()
    assert connection.is_ours
    assert connection.execute("SELECT 7").fetchone() == (7,)


def test_the_dialect_is_that_of_postgresql_but_for_its_pings(connection: OwnConnection) -> None:
    assert (OwnDialect.name, OwnDialect.driver, DIALECT) == (
        "postgresql",
        "psycopg",
        "postgresql+counterfoil",
    )
    dialect = OwnDialect()  # type: ignore[no-untyped-call]
    assert dialect.do_ping(connection)  # type: ignore[arg-type]
    assert connection.answer_seconds == 5.0


def test_one_that_the_server_ended_is_noticed_without_being_asked(
    server: Server, connection: OwnConnection
) -> None:
    assert connection.execute("SELECT 7").fetchone() == (7,)
    connection.commit()
    assert connection.is_fresh
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])
    assert [connection.is_fresh] == [False]
    with pytest.raises(psycopg.OperationalError):
        OwnDialect().do_ping(connection)  # type: ignore[no-untyped-call,arg-type]
    assert [connection.is_fresh] == [False]


def test_one_that_was_quiet_for_long_is_asked(connection: OwnConnection) -> None:
    assert connection.execute("SELECT 7").fetchone() == (7,)
    connection.commit()
    connection._heard_at -= 2.0
    assert [connection.is_fresh] == [False]
    assert OwnDialect().do_ping(connection)  # type: ignore[no-untyped-call,arg-type]
    assert connection.is_fresh


def test_another_processs_is_never_asked(connection: OwnConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 1)
    monkeypatch.setattr(connection, "cursor", None)
    assert OwnDialect().do_ping(connection)  # type: ignore[no-untyped-call,arg-type]
