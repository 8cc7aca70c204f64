"""Statements sent together: in their order, none left behind, and none after an error."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from adapters.engines import Said, StoreEngine
from adapters.tables import heartbeats
from adapters.together import asked, run, together
from tests.adapters.workshop import Workshop

BEAT = {
    "sqlite": "INSERT INTO heartbeats (worker, beat_us, detail) VALUES (?, 1, '{}')",
    "postgresql": "INSERT INTO heartbeats (worker, beat_us, detail) VALUES (%s, 1, '{}')",
}
ALL = select(heartbeats.c.worker).order_by(heartbeats.c.worker)


@pytest.fixture
def connection(workshop: Workshop) -> Iterator[Connection]:
    with workshop.engine.begin() as connection:
        yield connection


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, workshop: Workshop) -> list[list[str]]:
    """The values of what was sent, by how it was sent together."""
    found: list[list[str]] = []
    kind = type(workshop.engine)
    send = kind.send

    def noted(engine: StoreEngine, connection: Connection, statements: list[Said]) -> None:
        found.append([str(values[0]) for _, values in statements])
        send(engine, connection, statements)

    monkeypatch.setattr(kind, "send", noted)
    return found


def beat(connection: Connection, worker: str) -> None:
    run(connection, BEAT[connection.dialect.name], [worker])


def write(connection: Connection, *said: str) -> None:
    """All of them together, in a savepoint; who is called nowhere is written to no table that there is."""
    with connection.begin_nested(), together(connection):
        for one in said:
            if one == "nowhere":
                run(connection, "INSERT INTO nowhere (n) VALUES (1)", ())
            else:
                beat(connection, one)


def beating(connection: Connection) -> list[str]:
    return list(connection.execute(ALL).scalars())


def test_one_alone_is_run_at_once(connection: Connection, sent: list[list[str]]) -> None:
    beat(connection, "w/1")
    assert sent == [["w/1"]]
    assert beating(connection) == ["w/1"]


def test_those_of_a_block_are_sent_at_its_end(connection: Connection, sent: list[list[str]]) -> None:
    with together(connection):
        beat(connection, "w/2")
        beat(connection, "w/1")
        assert sent == []
    assert sent == [["w/2", "w/1"]]
    assert beating(connection) == ["w/1", "w/2"]
    beat(connection, "w/3")
    assert sent[1:] == [["w/3"]]


def test_who_asks_finds_what_was_written_before(connection: Connection, sent: list[list[str]]) -> None:
    with together(connection):
        for worker in ("w/1", "w/2"):
            beat(connection, worker)
        assert asked(connection, "SELECT count(*) FROM heartbeats", ()).scalar_one() == 2
        beat(connection, "w/3")
        assert asked(connection, "SELECT count(*) FROM heartbeats", ()).scalar_one() == 3
        assert asked(connection, "SELECT count(*) FROM heartbeats", ()).scalar_one() == 3
    assert sent == [["w/1", "w/2"], ["w/3"]]


def test_a_block_without_any_sends_nothing(connection: Connection, sent: list[list[str]]) -> None:
    with together(connection):
        pass
    assert sent == []


def test_a_place_that_is_no_store_is_written_to_as_well() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        heartbeats.create(connection)
        with together(connection):
            beat(connection, "w/1")
        assert beating(connection) == ["w/1"]
    engine.dispose()


def test_after_an_error_of_the_callers_nothing_is_sent(connection: Connection, sent: list[list[str]]) -> None:
    def stumble() -> None:
        with together(connection):
            beat(connection, "w/1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    assert sent == []
    beat(connection, "w/2")
    assert beating(connection) == ["w/2"]


def test_what_cannot_be_run_is_an_error_and_a_savepoint_takes_all_of_it_back(connection: Connection) -> None:
    beat(connection, "w/1")
    with pytest.raises(IntegrityError):
        write(connection, "w/2", "w/1", "w/3")
    assert beating(connection) == ["w/1"]
    write(connection, "w/2", "w/3")
    assert beating(connection) == ["w/1", "w/2", "w/3"]


def test_an_error_is_the_one_of_the_statement_that_failed(connection: Connection) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        write(connection, "w/1", "nowhere", "w/2")
    assert beating(connection) == []


def test_nobody_writes_outside_a_transaction(workshop: Workshop) -> None:
    with workshop.engine.connect() as connection, pytest.raises(AssertionError, match="begun"):
        beat(connection, "w/1")
