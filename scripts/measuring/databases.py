"""Stores of the bench: each house gets a new one, in a file or on a server, gone afterwards."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from adapters.postgresql.connecting import shown_address
from scripts.checks import CannotStartError
from scripts.measuring.bench_context import Bench

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"
ENGINES: Final = (SQLITE, POSTGRESQL)
NAMES: Final = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}
_SCHEMES: Final = ("postgresql://", "postgres://")
_CONNECT_SECONDS: Final = 10
_MAY: Final = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
_numbers = itertools.count(1)


@contextmanager
def new_database(bench: Bench, engine: str, folder: Path) -> Iterator[str]:
    """The address of a store that nobody has used, in this folder or on the bench's server."""
    if engine == SQLITE:
        yield f"sqlite:///{folder / 'house.db'}"
        return
    assert bench.postgresql is not None, "an engine without its server is not measured"
    # Others may measure on the same server.
    name = f"counterfoil_bench_{os.getpid()}_{next(_numbers)}"
    _do(bench.postgresql, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        yield in_server(bench.postgresql, name)
    finally:
        _do(bench.postgresql, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def check_server(address: str) -> None:
    """That databases can be made in it; CannotStartError says why not."""
    try:
        place = shown_address(address) if address.startswith(_SCHEMES) else None
        if place is None:
            raise CannotStartError("--database: expected postgresql://…")
        with psycopg.connect(address, connect_timeout=_CONNECT_SECONDS) as connection:
            row = connection.execute(_MAY).fetchone()
    except ValueError as error:
        raise CannotStartError(f"--database: {error}") from None
    except psycopg.Error as error:
        raise CannotStartError(f"--database {place}: {' '.join(str(error).split())}") from None
    if row is None or not row[0]:
        raise CannotStartError(f"--database {place}: this user may make no databases")


def in_server(address: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlsplit(address)._replace(path=f"/{name}").geturl()


def _do(address: str, statement: sql.Composed) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)
