"""Dumps of a PostgreSQL database by its own pg_dump, while others read and write it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

from adapters.backups.making import Holding, new_file
from adapters.engines import StoreError
from adapters.postgresql.connecting import checked_address, connecting, shown_address
from adapters.postgresql.errors import advice

DUMP: Final = "counterfoil.dump"
# What others on this machine could read among the arguments of a process.
_SECRETS: Final = ("password", "sslpassword")
# It takes as long as it takes, and our connection keeps the state for it that is dumped.
_UNLIMITED: Final = {"statement_timeout": 0, "lock_timeout": 0, "idle_in_transaction_session_timeout": 0}


def dump(address: str, folder: Path, pg_dump: Path | None = None) -> Holding:
    """Dump one state into `DUMP`, read it through, and say what it holds; StoreError.

    `pg_dump`: which one; without, the one on PATH. The pg_restore beside it reads the dump.
    """
    program = _found("pg_dump", pg_dump)
    reader = _found("pg_restore", program.with_name("pg_restore"))
    target = folder / DUMP
    new_file(target)
    with _one_state(address) as (connection, snapshot, holding):
        _check_version(program, connection.info.server_version)
        words = ("--format=custom", "--no-password", f"--file={target}", f"--snapshot={snapshot}")
        _run([program, *words, f"--dbname={_place(address, connection)}"], _environment(address))
    _run([reader, "--file=/dev/null", target], os.environ)
    return holding


@contextmanager
def _one_state(address: str) -> Iterator[tuple[psycopg.Connection[Any], str, Holding]]:
    """A connection that sees one state, the name by which others see the same, and what is in it."""
    try:
        with connecting(address, _UNLIMITED)() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # Before the state is fixed: from now on nobody switches views, of which it would not know.
            connection.execute("LOCK TABLE layout IN ACCESS SHARE MODE")
            yield connection, _one(connection, "SELECT pg_export_snapshot()"), _held(connection)
    except psycopg.Error as error:
        said = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise StoreError(f"{shown_address(address)}: {advice(error)} ({said})") from error


def _held(connection: psycopg.Connection[Any]) -> Holding:
    return Holding(
        deliveries=_one(connection, "SELECT count(*) FROM deliveries"),
        last_given=_one(
            connection,
            "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('deliveries', 'n')), 0)",
        ),
        events=_one(connection, "SELECT count(*) FROM stored_events"),
        layout=_one(connection, "SELECT max(version) FROM layout"),
    )


def _one(connection: psycopg.Connection[Any], query: str) -> Any:  # noqa: ANN401 - each query has its own
    row = connection.execute(query).fetchone()
    assert row is not None, "no row of a query that always has one"
    return row[0]


def _found(name: str, given: Path | None) -> Path:
    found = shutil.which(name if given is None else given)
    if found is None:
        where = "on PATH" if given is None else f"at {given}"
        raise StoreError(
            f"there is no {name} {where}: install PostgreSQL's client programs, or use --pg-dump"
        )
    return Path(found)


def _check_version(program: Path, server: int) -> None:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\d+", said)
    if version is None or int(version[0]) < server // 10_000:
        found = " ".join(said.split()) or "of no known version"
        raise StoreError(
            f"{program} cannot dump PostgreSQL {server // 10_000} ({found}): name a newer one with --pg-dump"
        )


def _place(address: str, connection: psycopg.Connection[Any]) -> str:
    """The address without secrets, and of several hosts the one that answered: no other has that state."""
    parts = checked_address(address)
    if parts.get("sslpassword"):
        raise StoreError("a key with a password (sslpassword) cannot be given to pg_dump: run it by hand")
    info = connection.info
    at = {"hostaddr": info.hostaddr} if "hostaddr" in parts else {}
    public = {name: value for name, value in parts.items() if name not in _SECRETS}
    return make_conninfo(**{**public, "host": info.host, "port": info.port, **at})


def _environment(address: str) -> Mapping[str, str]:
    password = checked_address(address).get("password")
    return {**os.environ, **({} if password is None else {"PGPASSWORD": str(password)})}


def _run(words: Sequence[str | Path], environ: Mapping[str, str]) -> None:
    try:
        done = subprocess.run(words, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise StoreError(f"{words[0]}: it cannot be run: {error.strerror}") from error
    if done.returncode:
        said = next(iter(done.stderr.decode(errors="replace").splitlines()), f"exit {done.returncode}")
        raise StoreError(f"{words[0]} failed: {said}")
