"""Dumps of a PostgreSQL database while it is at work."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import delete, insert, select

from adapters.backups.dumping import DUMP, dump
from adapters.backups.making import Holding
from adapters.engines import StoreError
from adapters.layouts import SCHEMA_VERSION
from adapters.tables import deliveries, notifications
from tests.adapters.workshop import Workshop, open_workshop
from tests.engines import database_in
from tests.given import payment
from tests.postgres import session_server


@pytest.fixture
def house(on_postgresql: str, workshop: Workshop) -> Workshop:
    return workshop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "dumps"
    made.mkdir()
    return made


def program(name: str = "pg_dump") -> Path:
    return session_server().bin / name


def script(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o700)
    return path


def restore(folder: Path, elsewhere: Path) -> None:
    """As the README says it: into a database that is new and empty."""
    elsewhere.mkdir()
    subprocess.run(
        [program("pg_restore"), f"--dbname={database_in(elsewhere, empty=True)}", folder / DUMP], check=True
    )


def test_what_is_dumped_is_restored(house: Workshop, folder: Path, tmp_path: Path) -> None:
    house.deliver(payment(), payment("T2"), payment())
    house.follower.follow()
    with house.inbox_engine.begin() as connection:
        connection.execute(delete(deliveries).where(deliveries.c.n == 3))
    assert dump(database_in(tmp_path), folder, program()) == Holding(
        deliveries=2, last_given=3, events=2, layout=SCHEMA_VERSION
    )
    restore(folder, tmp_path / "elsewhere")
    with open_workshop(tmp_path / "elsewhere") as restored:
        assert restored.outcomes() == house.outcomes() == ["recorded", "recorded", "duplicate"]
        assert restored.queries.transaction("T1") == house.queries.transaction("T1")
        assert restored.queries.transaction("T1") is not None
        assert [settled.n for settled in restored.deliver(payment("T3"))] == [4]
        assert [position for position, _ in restored.book.after(0, 10)] == [1, 2, 3]


def test_it_is_for_its_owner_alone(house: Workshop, folder: Path, tmp_path: Path) -> None:
    dump(database_in(tmp_path), folder, program())
    assert (folder / DUMP).stat().st_mode & 0o777 == 0o600


def test_what_is_written_meanwhile_is_in_none_of_it(house: Workshop, folder: Path, tmp_path: Path) -> None:
    """What is said of it and what is in it are one state."""
    house.deliver(payment())
    row = "INSERT INTO deliveries (received_us, peer, headers, body) VALUES (1, '', '[]', '')"
    psql = f"{program('psql')} -q -d '{database_in(tmp_path)}' -c \"{row}\""
    late = script(tmp_path / "pg_dump", f'test "$1" = --version || {psql}', f'exec {program()} "$@"')
    script(tmp_path / "pg_restore", f'exec {program("pg_restore")} "$@"')
    assert dump(database_in(tmp_path), folder, late).deliveries == 1
    with house.inbox_engine.connect() as connection:
        assert len(connection.execute(select(deliveries.c.n)).all()) == 2
    restore(folder, tmp_path / "elsewhere")
    with open_workshop(tmp_path / "elsewhere") as restored:
        assert [one.n for one in restored.inbox.after(0, 10)] == [1]


def test_no_secret_is_on_a_command_line(house: Workshop, folder: Path, tmp_path: Path) -> None:
    spy = script(
        tmp_path / "pg_dump",
        f'test "$1" = --version || echo "$@" "env:$PGPASSWORD" >{tmp_path}/seen',
        f'exec {program()} "$@"',
    )
    script(tmp_path / "pg_restore", f'exec {program("pg_restore")} "$@"')
    dump(f"{database_in(tmp_path)}&password=s3cret%20word", folder, spy)
    words, _, environ = (tmp_path / "seen").read_text().partition("env:")
    assert environ == "s3cret word\n"
    assert "s3cret" not in words
    with pytest.raises(StoreError, match="sslpassword") as refused:
        dump(f"{database_in(tmp_path)}&sslpassword=s3cret", folder / "..", spy)
    assert "s3cret" not in str(refused.value)


def test_a_pg_dump_that_is_too_old_is_said_in_a_line(house: Workshop, folder: Path, tmp_path: Path) -> None:
    script(tmp_path / "pg_restore", "exit 0")
    for said in ("echo 'pg_dump (PostgreSQL) 9.6.24'", "exit 1"):
        old = script(tmp_path / "pg_dump", said)
        with pytest.raises(
            StoreError, match=r"cannot dump PostgreSQL \d+ .*: name a newer one with --pg-dump"
        ):
            dump(database_in(tmp_path), folder, old)
        (folder / DUMP).unlink()


def test_no_pg_dump_at_all_is_said_in_a_line(
    house: Workshop, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="there is no pg_dump on PATH: install PostgreSQL's client programs"):
        dump(database_in(tmp_path), folder)
    with pytest.raises(StoreError, match=r"there is no pg_dump at .*/nowhere"):
        dump(database_in(tmp_path), folder, tmp_path / "nowhere")
    alone = script(tmp_path / "pg_dump", "exit 0")
    with pytest.raises(StoreError, match=r"there is no pg_restore at .*/pg_restore"):
        dump(database_in(tmp_path), folder, alone)


def test_what_pg_dump_complains_of_is_said_in_a_line(house: Workshop, folder: Path, tmp_path: Path) -> None:
    script(tmp_path / "pg_restore", "exit 0")
    failing = script(
        tmp_path / "pg_dump",
        f'test "$1" != --version || exec {program()} "$@"',
        "echo 'no room' >&2",
        "exit 1",
    )
    with pytest.raises(StoreError, match=r"pg_dump failed: no room$"):
        dump(database_in(tmp_path), folder, failing)


def test_a_dump_that_cannot_be_read_is_none(house: Workshop, folder: Path, tmp_path: Path) -> None:
    """It is read through before anybody believes that it is there."""
    script(tmp_path / "pg_restore", f'exec {program("pg_restore")} "$@"')
    torn = script(
        tmp_path / "pg_dump",
        f'test "$1" != --version || exec {program()} "$@"',
        f'{program()} "$@" && truncate -s -200 {folder / DUMP}',
    )
    house.deliver(payment())
    with pytest.raises(StoreError, match="pg_restore failed: pg_restore: error: "):
        dump(database_in(tmp_path), folder, torn)


def test_a_server_that_is_away_is_said_in_a_line(on_postgresql: str, folder: Path) -> None:
    with pytest.raises(StoreError, match="it cannot be reached"):
        dump("postgresql://ann@127.0.0.1:1/house", folder, program())


def test_a_database_that_is_none_of_ours_is_said_in_a_line(
    on_postgresql: str, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="tables are missing"):
        dump(database_in(tmp_path, empty=True), folder, program())


def test_a_purge_mark_comes_back_with_the_rest(house: Workshop, folder: Path, tmp_path: Path) -> None:
    row = {"n": 7, "received_us": 1, "peer": "", "verdict": "invalid", "attempts": 1, "outcome": "invalid"}
    with house.parts.book.begin() as connection:
        connection.execute(insert(notifications).values({**row, "urgent": False, "purged_us": 5}))
    dump(database_in(tmp_path), folder, program())
    restore(folder, tmp_path / "elsewhere")
    with open_workshop(tmp_path / "elsewhere") as restored:
        assert restored.row(7)["purged_us"] == 5


def test_the_place_of_a_socket_is_understood(house: Workshop, folder: Path, tmp_path: Path) -> None:
    """Over TCP as through the socket of the other tests, and by the environment that libpq reads."""
    with psycopg.connect(database_in(tmp_path)) as connection:
        name = connection.info.dbname
    assert dump(session_server().url(name, tcp=True), folder, program()).deliveries == 0
    assert not [variable for variable in os.environ if variable.startswith("PG")]
