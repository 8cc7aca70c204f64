"""Wiping: rows that PostgreSQL keeps after they were replaced, taken away at once and not some day."""

from collections.abc import Sequence
from typing import Final

import psycopg
from psycopg import sql

from adapters.postgresql.connecting import connecting, shown_address

_LOCK_SECONDS: Final = 10


def vacuum(address: str, tables: Sequence[str], *, anew: Sequence[str] = ()) -> str | None:
    """Vacuum some tables, and write others anew; a line that says what could not be done.

    `anew`: small ones, for nobody reads them meanwhile.
    """
    try:
        with connecting(address, {"lock_timeout": f"{_LOCK_SECONDS * 1000}"})() as connection:
            connection.autocommit = True
            for name in anew:
                connection.execute(sql.SQL("VACUUM (FULL) {}").format(sql.Identifier(name)))
            names = sql.SQL(", ").join(map(sql.Identifier, tables))
            connection.execute(sql.SQL("VACUUM {}").format(names))
    except psycopg.Error as error:
        said = next(iter(str(error).strip().splitlines()), type(error).__name__)
        return f"{shown_address(address)}: replaced rows still lie in it ({said}): run VACUUM, or this again"
    return None
