"""Rows of the views: keys taken a statement's worth at a time, rows written whether they are new or not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from adapters.statements import insert_into

_ROWS_MAX = 500  # a statement's bound values are limited


def chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many keys at a time as one statement takes."""
    return (keys[start : start + _ROWS_MAX] for start in range(0, len(keys), _ROWS_MAX))


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows, each in the place of the one with its key, if there is one."""
    if not rows:
        return
    statement = insert_into(connection, table)
    keys = [column.name for column in table.primary_key]
    others = [column.name for column in table.columns if column.name not in keys]
    fresh = {name: statement.excluded[name] for name in others}
    written = (
        statement.on_conflict_do_update(index_elements=keys, set_=fresh)
        if fresh
        else statement.on_conflict_do_nothing()
    )
    connection.execute(written, [dict(row) for row in rows])
